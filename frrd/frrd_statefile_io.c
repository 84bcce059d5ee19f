// SPDX-License-Identifier: GPL-2.0-or-later
/* The state file as data and as a file; see frrd_statefile_io.h. */

#include <zebra.h>

#include <libgen.h>
#include <zlib.h>

#include "json.h"
#include "memory.h"

#include "frrd/core/reason.h"
#include "frrd/frrd_statefile_io.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_KEPT, "Kept state");

#define FORMAT "frrd-state"
#define FORMAT_VERSION 1
#define SIZE_MAX_BYTES (64 * 1024 * 1024)
#define HEADER_MAX 256

void frrd_kept_groups_init(struct frrd_kept_groups *ret_groups, size_t count)
{
	memset(ret_groups, 0, sizeof(*ret_groups));
	ret_groups->count = count;
	ret_groups->list = count ? XCALLOC(MTYPE_FRRD_KEPT, count * sizeof(*ret_groups->list))
				 : NULL;
}

void frrd_kept_groups_free(struct frrd_kept_groups *groups)
{
	for (size_t i = 0; i < groups->count; i++)
		XFREE(MTYPE_FRRD_KEPT, groups->list[i].entries);
	XFREE(MTYPE_FRRD_KEPT, groups->list);
	frrd_kept_attaches_free(&groups->attaches);
	groups->count = 0;
}

void frrd_kept_group_entries(struct frrd_kept_group *group, uint32_t count)
{
	group->entry_count = count;
	group->entries = count ? XCALLOC(MTYPE_FRRD_KEPT, count * sizeof(*group->entries)) : NULL;
}

/* --- the header, one line --- */

static int make_header(char *buf, size_t size, const char *payload, size_t length)
{
	unsigned long crc = crc32_z(crc32_z(0, NULL, 0), (const Bytef *)payload, length);

	return snprintf(buf, size,
			"{\"format\":\"" FORMAT "\",\"version\":%d,\"length\":%zu,\"crc32\":\"%08lx\"}\n",
			FORMAT_VERSION, length, crc);
}

/* --- writing, on the disk's thread --- */

static struct json_object *entry_json(const struct frrd_history_entry *entry)
{
	struct json_object *json = json_object_new_object();

	json_object_object_add(json, "number", json_object_new_int64(entry->number));
	json_object_object_add(json, "timeUs",
			       json_object_new_int64(entry->when.tv_sec * INT64_C(1000000) +
						     entry->when.tv_usec));
	json_object_object_add(json, "event",
			       json_object_new_string(frrd_event_name(entry->event)));
	json_object_object_add(json, "from", json_object_new_string(frrd_state_name(entry->from)));
	json_object_object_add(json, "to", json_object_new_string(frrd_state_name(entry->to)));
	json_object_object_add(json, "reason",
			       json_object_new_string(frrd_reason_code(entry->reason)));
	if (entry->refused)
		json_object_object_add(json, "refused", json_object_new_boolean(true));
	if (entry->note[0])
		json_object_object_add(json, "note", json_object_new_string(entry->note));
	return json;
}

static struct json_object *group_json(const struct frrd_kept_group *group)
{
	struct json_object *json = json_object_new_object();
	struct json_object *moves = json_object_new_array();
	struct json_object *history = json_object_new_array();

	json_object_object_add(json, "owned", json_object_new_boolean(group->owned));
	if (group->unfinished)
		json_object_object_add(json, "unfinished", json_object_new_boolean(true));
	json_object_object_add(json, "held", json_object_new_boolean(group->held));
	json_object_object_add(json, "barred", json_object_new_boolean(group->barred));
	json_object_object_add(json, "note", json_object_new_string(group->note));
	json_object_object_add(json, "seen", json_object_new_int64(group->seen_s));
	for (uint8_t i = 0; i < group->move_count; i++)
		json_object_array_add(moves, json_object_new_int64(group->moves_ms[i]));
	json_object_object_add(json, "movesMs", moves);
	for (uint32_t i = 0; i < group->entry_count; i++)
		json_object_array_add(history, entry_json(&group->entries[i]));
	json_object_object_add(json, "history", history);
	return json;
}

static struct json_object *groups_json(const struct frrd_kept_groups *groups)
{
	struct json_object *json = json_object_new_object();
	struct json_object *by_name = json_object_new_object();

	for (size_t i = 0; i < groups->count; i++)
		json_object_object_add(by_name, groups->list[i].name,
				       group_json(&groups->list[i]));
	json_object_object_add(json, "groups", by_name);
	json_object_object_add(json, "attachments", frrd_kept_attaches_json(&groups->attaches));
	return json;
}

static int write_all(int fd, const char *data, size_t length)
{
	while (length) {
		ssize_t done = write(fd, data, length);

		if (done < 0) {
			if (errno == EINTR)
				continue;
			return errno;
		}
		data += done;
		length -= done;
	}
	return 0;
}

static int fsync_folder(const char *path)
{
	char copy[MAXPATHLEN];
	int error = 0, fd;

	strlcpy(copy, path, sizeof(copy));
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0)
		error = errno;
	if (fd >= 0)
		close(fd);
	return error;
}

static int write_temporary(const char *path, const char *payload, size_t length)
{
	char header[HEADER_MAX];
	int error, fd;

	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0640);
	if (fd < 0)
		return errno;
	error = write_all(fd, header, make_header(header, sizeof(header), payload, length));
	if (!error)
		error = write_all(fd, payload, length);
	if (!error && fsync(fd) < 0)
		error = errno;
	if (close(fd) < 0 && !error)
		error = errno;
	return error;
}

static int replace_file(const char *path, const char *payload, size_t length,
			const char **ret_step)
{
	char temporary[MAXPATHLEN + 8];
	int error;

	snprintf(temporary, sizeof(temporary), "%s.new", path);
	*ret_step = "the new file cannot be written";
	error = write_temporary(temporary, payload, length);
	if (!error) {
		*ret_step = "the new file cannot take the place of the old one";
		error = rename(temporary, path) < 0 ? errno : 0;
	}
	if (error) {
		unlink(temporary);
		return error;
	}
	*ret_step = "the folder cannot be written";
	return fsync_folder(path);
}

int frrd_statefile_write(const char *path, const struct frrd_kept_groups *groups,
			 const char **ret_step)
{
	struct json_object *json = groups_json(groups);
	const char *payload;
	size_t length;
	int error;

	payload = json_object_to_json_string_length(json, JSON_C_TO_STRING_PLAIN, &length);
	*ret_step = "there is no memory";
	error = payload ? replace_file(path, payload, length, ret_step) : ENOMEM;
	json_object_put(json);
	return error;
}

/* --- reading --- */

static bool get_bool(struct json_object *json, const char *key, bool *ret_value)
{
	struct json_object *value;

	if (!json_object_object_get_ex(json, key, &value) ||
	    !json_object_is_type(value, json_type_boolean))
		return false;
	*ret_value = json_object_get_boolean(value);
	return true;
}

static bool get_int(struct json_object *json, const char *key, int64_t *ret_value)
{
	struct json_object *value;

	if (!json_object_object_get_ex(json, key, &value) ||
	    !json_object_is_type(value, json_type_int))
		return false;
	*ret_value = json_object_get_int64(value);
	return true;
}

/* NULL when it is not there, or no string. */
static const char *get_string(struct json_object *json, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(json, key, &value) ||
	    !json_object_is_type(value, json_type_string))
		return NULL;
	return json_object_get_string(value);
}

static struct json_object *get_array(struct json_object *json, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(json, key, &value) ||
	    !json_object_is_type(value, json_type_array))
		return NULL;
	return value;
}

static bool state_by_name(const char *name, enum frrd_state *ret_state)
{
	for (int i = 0; name && i < FRRD_STATE_COUNT; i++)
		if (strmatch(name, frrd_state_name(i))) {
			*ret_state = i;
			return true;
		}
	return false;
}

static bool reason_by_code(const char *code, enum frrd_reason *ret_reason)
{
	for (int i = 0; code && i < FRRD_REASON_COUNT; i++)
		if (strmatch(code, frrd_reason_code(i))) {
			*ret_reason = i;
			return true;
		}
	return false;
}

static bool event_by_name(const char *name, enum frrd_event_type *ret_event)
{
	for (int i = 0; name && i <= FRRD_EVENT_SHUTDOWN; i++)
		if (strmatch(name, frrd_event_name(i))) {
			*ret_event = i;
			return true;
		}
	return false;
}

/* False: it has a name in it that this version does not know. */
static bool parse_entry(struct json_object *json, struct frrd_history_entry *ret_entry)
{
	int64_t number, time_us;
	const char *note = get_string(json, "note");

	memset(ret_entry, 0, sizeof(*ret_entry));
	if (!get_int(json, "number", &number) || number <= 0 ||
	    !get_int(json, "timeUs", &time_us) || time_us < 0 ||
	    !event_by_name(get_string(json, "event"), &ret_entry->event) ||
	    !state_by_name(get_string(json, "from"), &ret_entry->from) ||
	    !state_by_name(get_string(json, "to"), &ret_entry->to) ||
	    !reason_by_code(get_string(json, "reason"), &ret_entry->reason))
		return false;
	ret_entry->number = number;
	ret_entry->when.tv_sec = time_us / 1000000;
	ret_entry->when.tv_usec = time_us % 1000000;
	get_bool(json, "refused", &ret_entry->refused);
	strlcpy(ret_entry->note, note ? note : "", sizeof(ret_entry->note));
	return true;
}

/*
 * Entries of another version that this one cannot name are left out, for the
 * history is for people; all else has to be as it was written.
 */
static void parse_history(struct json_object *history, struct frrd_kept_group *group)
{
	size_t count = MIN(json_object_array_length(history), FRRD_HISTORY_SIZE);
	uint32_t used = 0;

	frrd_kept_group_entries(group, count);
	for (size_t i = 0; i < count; i++) {
		struct json_object *entry = json_object_array_get_idx(history, i);

		if (json_object_is_type(entry, json_type_object) &&
		    parse_entry(entry, &group->entries[used]))
			used++;
	}
	group->entry_count = used;
}

static bool parse_moves(struct json_object *moves, struct frrd_kept_group *group)
{
	size_t count = json_object_array_length(moves);

	if (count > FRRD_MOVES_MAX)
		return false;
	for (size_t i = 0; i < count; i++) {
		struct json_object *at = json_object_array_get_idx(moves, i);

		if (!json_object_is_type(at, json_type_int))
			return false;
		group->moves_ms[i] = json_object_get_int64(at);
	}
	group->move_count = count;
	return true;
}

static bool parse_group(const char *name, struct json_object *json, struct frrd_kept_group *group)
{
	struct json_object *moves, *history;
	const char *note;

	if (!json_object_is_type(json, json_type_object) ||
	    strlcpy(group->name, name, sizeof(group->name)) >= sizeof(group->name))
		return false;
	note = get_string(json, "note");
	moves = get_array(json, "movesMs");
	history = get_array(json, "history");
	if (!note || !moves || !history || !get_bool(json, "owned", &group->owned) ||
	    !get_bool(json, "held", &group->held) || !get_bool(json, "barred", &group->barred) ||
	    !get_int(json, "seen", &group->seen_s) || !parse_moves(moves, group))
		return false;
	(void)get_bool(json, "unfinished", &group->unfinished); /* most have none */
	strlcpy(group->note, note, sizeof(group->note));
	parse_history(history, group);
	return true;
}

static bool parse_groups(struct json_object *json, struct frrd_kept_groups *ret_groups)
{
	struct json_object *by_name;
	size_t i = 0;

	if (!json_object_object_get_ex(json, "groups", &by_name) ||
	    !json_object_is_type(by_name, json_type_object))
		return false;
	frrd_kept_groups_init(ret_groups, json_object_object_length(by_name));
	json_object_object_foreach(by_name, name, group)
		if (!parse_group(name, group, &ret_groups->list[i++])) {
			frrd_kept_groups_free(ret_groups);
			return false;
		}
	return true;
}

/* Text that is JSON from its first to its last character; else NULL. */
static struct json_object *parse_json(const char *text, size_t length)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *json;

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	json = json_tokener_parse_ex(tokener, text, length);
	if (json && (json_tokener_get_error(tokener) != json_tokener_success ||
		     json_tokener_get_parse_end(tokener) != length ||
		     !json_object_is_type(json, json_type_object))) {
		json_object_put(json);
		json = NULL;
	}
	json_tokener_free(tokener);
	return json;
}

/* NULL when the first line is a header of this version; else what is wrong with it. */
static const char *check_header(const char *line, size_t length)
{
	struct json_object *json = parse_json(line, length);
	const char *problem = NULL;
	int64_t version;

	if (!json || !strmatch(get_string(json, "format") ?: "", FORMAT))
		problem = "it does not begin with the header of a state file";
	else if (!get_int(json, "version", &version))
		problem = "its header has no version";
	else if (version != FORMAT_VERSION)
		problem = "its version is not one that this frrd knows";
	json_object_put(json);
	return problem;
}

static const char *parse_file(const char *text, size_t size, struct frrd_kept_groups *ret_groups)
{
	const char *end = memchr(text, '\n', MIN(size, HEADER_MAX));
	const char *payload, *problem;
	char header[HEADER_MAX];
	struct json_object *json, *attachments;
	size_t length;

	if (!size)
		return "it is empty";
	if (!end)
		return "it does not begin with the header of a state file";
	problem = check_header(text, end - text);
	if (problem)
		return problem;
	payload = end + 1;
	length = text + size - payload;
	/* The header has no degree of freedom, so it is made again and compared. */
	if (make_header(header, sizeof(header), payload, length) != payload - text ||
	    memcmp(header, text, payload - text) != 0)
		return "length or checksum do not match: it is truncated or was changed";
	json = parse_json(payload, length);
	if (!json)
		return "it is not JSON";
	problem = parse_groups(json, ret_groups) ? NULL : "a group in it is not complete";
	if (!problem && json_object_object_get_ex(json, "attachments", &attachments) &&
	    !frrd_kept_attaches_read(attachments, &ret_groups->attaches)) {
		frrd_kept_groups_free(ret_groups);
		problem = "an attachment in it is not complete";
	}
	json_object_put(json);
	return problem;
}

/* Returns the contents, to be freed; NULL: *ret_problem says why not. */
static char *read_file(int fd, size_t *ret_size, const char **ret_problem)
{
	struct stat st;
	size_t have = 0;
	char *text;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > SIZE_MAX_BYTES) {
		*ret_problem = "it is no file, or far too large";
		return NULL;
	}
	text = XMALLOC(MTYPE_FRRD_KEPT, st.st_size + 1);
	while (have < (size_t)st.st_size) {
		ssize_t got = read(fd, text + have, st.st_size - have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			*ret_problem = safe_strerror(errno);
			XFREE(MTYPE_FRRD_KEPT, text);
			return NULL;
		}
		if (got == 0)
			break;
		have += got;
	}
	*ret_size = have;
	return text;
}

enum frrd_statefile_result frrd_statefile_read(const char *path,
					       struct frrd_kept_groups *ret_groups, char *why,
					       size_t size)
{
	const char *problem = NULL;
	size_t length;
	char *text;
	int fd;

	memset(ret_groups, 0, sizeof(*ret_groups));
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return FRRD_STATEFILE_NONE;
	if (fd < 0) {
		strlcpy(why, safe_strerror(errno), size);
		return FRRD_STATEFILE_DAMAGED;
	}
	text = read_file(fd, &length, &problem);
	close(fd);
	if (text)
		problem = parse_file(text, length, ret_groups);
	XFREE(MTYPE_FRRD_KEPT, text);
	strlcpy(why, problem ? problem : "", size);
	return problem ? FRRD_STATEFILE_DAMAGED : FRRD_STATEFILE_GOOD;
}
