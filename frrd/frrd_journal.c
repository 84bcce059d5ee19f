// SPDX-License-Identifier: GPL-2.0-or-later
/* The journal; see frrd_journal.h. */

#include <zebra.h>

#include "json.h"
#include "log.h"
#include "memory.h"

#include "frrd/core/reason.h"
#include "frrd/core/sites.h"
#include "frrd/frrd_disk.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_errors.h"
#include "frrd/frrd_files.h"
#include "frrd/frrd_journal.h"
#include "frrd/frrd_journal_file.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_time.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_JOURNAL, "Journal job");
DEFINE_MTYPE_STATIC(FRRD, FRRD_JOURNAL_LINES, "Journal lines");

#define END_MS 1000
#define READ_MS 500
#define LINES_FIRST 4096 /* bytes */

/* Lines that wait for the disk. */
struct lines {
	char *data;
	size_t length;
	size_t room;
	uint32_t count;
};

struct append_job {
	struct frrd_worker_job job; /* first */
	const char *path;
	uint64_t max;
	struct lines lines;
	uint64_t reported; /* dropped lines that the first line tells about; 0: it does not */
	uint32_t written;
};

static struct lines pending;
static struct append_job *writing;
static uint64_t dropped;	/* since the start */
static uint64_t dropped_untold; /* no line of the journal says so yet */
static uint64_t sequence;	/* of the last line, dropped or not */
static uint64_t max_bytes = FRRD_JOURNAL_SIZE_KIB * 1024ULL;
static struct event *t_write;
static char problem[256];

void frrd_journal_set_size(uint32_t kib)
{
	max_bytes = kib * 1024ULL;
}

/* --- lines, and who writes them --- */

static void add_text(struct lines *lines, const char *text, size_t length)
{
	if (lines->length + length > lines->room) {
		lines->room = MAX(MAX(lines->room * 2, lines->length + length), LINES_FIRST);
		lines->data = XREALLOC(MTYPE_FRRD_JOURNAL_LINES, lines->data, lines->room);
	}
	memcpy(lines->data + lines->length, text, length);
	lines->length += length;
}

static void free_lines(struct lines *lines)
{
	XFREE(MTYPE_FRRD_JOURNAL_LINES, lines->data);
	memset(lines, 0, sizeof(*lines));
}

/* Said once, and again only when it was well meanwhile. */
static void set_problem(const char *text)
{
	if (strmatch(text, problem))
		return;
	if (text[0] && !problem[0])
		flog_err(EC_FRRD_JOURNAL, "journal %s: %s; lines are dropped",
			 frrd_files_journal(), text);
	else if (!text[0])
		zlog_notice("journal %s: written again", frrd_files_journal());
	strlcpy(problem, text, sizeof(problem));
}

static void drop(uint64_t lines)
{
	dropped += lines;
	dropped_untold += lines;
}

static void write_event(struct event *event);

static void schedule(void)
{
	if (pending.count && !writing && !t_write)
		event_add_event(frrd_loop, write_event, NULL, 0, &t_write);
}

static int work(struct frrd_worker_job *job)
{
	struct append_job *append = (struct append_job *)job;

	return frrd_journal_file_append(append->path, append->lines.data, append->lines.length,
					append->max, &append->written);
}

static void done(struct frrd_worker_job *job)
{
	uint32_t lost = writing->lines.count - writing->written;

	if (writing->reported && writing->written)
		dropped_untold -= writing->reported;
	else if (writing->reported)
		lost--; /* the line about lost lines */
	drop(lost);
	set_problem(job->error ? safe_strerror(job->error) : "");
	free_lines(&writing->lines);
	XFREE(MTYPE_FRRD_JOURNAL, writing);
	schedule();
}

/* Which boot the monotonic times belong to; read once. */
static const char *boot_id(void)
{
	static char id[40];
	FILE *file;

	if (id[0])
		return id;
	file = fopen("/proc/sys/kernel/random/boot_id", "re");
	if (!file || !fgets(id, sizeof(id), file))
		strlcpy(id, "unknown", sizeof(id));
	if (file)
		fclose(file);
	id[strcspn(id, "\n")] = '\0';
	return id;
}

/* The fields that every line has. */
static struct json_object *common_fields(const char *kind, const struct frrd_grp *grp)
{
	struct json_object *json = json_object_new_object();
	char when[40], micro[16];
	struct timeval now;
	struct tm tm;

	gettimeofday(&now, NULL);
	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", gmtime_r(&now.tv_sec, &tm));
	snprintf(micro, sizeof(micro), ".%06ldZ", (long)now.tv_usec);
	strlcat(when, micro, sizeof(when));
	json_object_string_add(json, "time", when);
	json_object_int_add(json, "monoUs", frrd_now_us());
	json_object_string_add(json, "bootId", boot_id());
	json_object_int_add(json, "pid", getpid());
	json_object_int_add(json, "seq", sequence);
	json_object_string_add(json, "site", frrd_config.local_site);
	json_object_string_add(json, "kind", kind);
	if (grp)
		json_object_string_add(json, "group", grp->name);
	return json;
}

static void add_line(struct lines *lines, struct json_object *json)
{
	size_t length;
	const char *text = json_object_to_json_string_length(
		json, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &length);

	add_text(lines, text, length);
	add_text(lines, "\n", 1);
	lines->count++;
}

static void write_event(struct event *event)
{
	writing = XCALLOC(MTYPE_FRRD_JOURNAL, sizeof(*writing));
	writing->job.work = work;
	writing->job.done = done;
	writing->path = frrd_files_journal();
	writing->max = max_bytes;
	if (dropped_untold) {
		/* With the number of another line, so that those that are missing are the lost. */
		struct json_object *json = common_fields("dropped", NULL);

		json_object_int_add(json, "lines", dropped_untold);
		add_line(&writing->lines, json);
		json_object_put(json);
		add_text(&writing->lines, pending.data, pending.length);
		writing->lines.count += pending.count;
		writing->reported = dropped_untold;
		free_lines(&pending);
	} else {
		writing->lines = pending;
		memset(&pending, 0, sizeof(pending));
	}
	frrd_disk_submit(&writing->job);
}

void frrd_journal_add(const char *kind, const struct frrd_grp *grp, struct json_object *fields)
{
	struct json_object *json;

	if (pending.length > FRRD_JOURNAL_QUEUE) {
		sequence++;
		drop(1);
		set_problem("the disk is too slow, or does not answer");
		json_object_put(fields);
		return;
	}
	sequence++;
	json = common_fields(kind, grp);
	json_object_object_foreach(fields, key, value)
		json_object_object_add(json, key, json_object_get(value));
	add_line(&pending, json);
	json_object_put(json);
	json_object_put(fields);
	schedule();
}

/* --- what the lines say --- */

static struct json_object *site_names(uint16_t sites)
{
	struct json_object *names = json_object_new_array();

	for (uint8_t id = 1; id <= FRRD_SITE_MAX; id++) {
		const struct frrd_site *site;
		char number[8];

		if (!(sites & FRRD_SITE_BIT(id)))
			continue;
		site = frrd_site_by_id(id);
		snprintf(number, sizeof(number), "#%u", id);
		json_object_array_add(names, json_object_new_string(site ? site->name : number));
	}
	return names;
}

static void add_view(struct json_object *json, const struct frrd_view *view)
{
	json_object_boolean_add(json, "known", view->known);
	json_object_object_add(json, "beacons", site_names(view->beacons));
	json_object_object_add(json, "claims", site_names(view->claims));
	json_object_object_add(json, "requests", site_names(view->requests));
	json_object_object_add(json, "ready", site_names(view->readies));
	json_object_object_add(json, "grants", site_names(view->grants));
	if (view->own_claim)
		json_object_boolean_add(json, "ownClaim", true);
	if (view->own_grant)
		json_object_boolean_add(json, "ownGrant", true);
}

static bool is_conflict(enum frrd_reason reason)
{
	return reason == FRRD_REASON_CONFLICT || reason == FRRD_REASON_CONFLICT_YIELD ||
	       reason == FRRD_REASON_TAKEN_OVER;
}

void frrd_journal_decision(const struct frrd_grp *grp, const struct frrd_event *event,
			   const struct frrd_action *action, const char *note)
{
	struct json_object *json = json_object_new_object();

	json_object_string_add(json, "event", frrd_event_name(event->type));
	json_object_string_add(json, "from", frrd_state_name(action->from));
	json_object_string_add(json, "to", frrd_state_name(action->to));
	json_object_string_add(json, "reason", frrd_reason_code(action->reason));
	json_object_string_add(json, "text", frrd_reason_text(action->reason));
	if (note[0])
		json_object_string_add(json, "note", note);
	if (is_conflict(action->reason))
		json_object_boolean_add(json, "conflict", true);
	json_object_int_add(json, "number", grp->history.last_number);
	if (grp->policy.arbiter == FRRD_ARBITER_BGP) {
		struct json_object *view = json_object_new_object();

		json_object_boolean_add(json, "quorum", frrd_majority(&grp->fsm, &grp->policy));
		add_view(view, &grp->fsm.view);
		json_object_object_add(json, "view", view);
	}
	frrd_journal_add("decision", grp, json);
}

void frrd_journal_command(const char *origin, const char *command,
			  const struct frrd_command_args *args,
			  const struct frrd_command_result *result)
{
	struct json_object *json = json_object_new_object();

	json_object_string_add(json, "origin", origin);
	json_object_string_add(json, "command", command);
	json_object_string_add(json, "group", args->group);
	if (args->to)
		json_object_string_add(json, "to", args->to);
	if (args->force)
		json_object_boolean_add(json, "force", true);
	if (args->reason)
		json_object_string_add(json, "note", args->reason);
	json_object_boolean_add(json, "accepted", result->accepted);
	if (result->done)
		json_object_boolean_add(json, "done", true);
	json_object_string_add(json, "reason", frrd_reason_code(result->reason));
	json_object_string_add(json, "text", result->text);
	frrd_journal_add("command", NULL, json);
}

/* Once for all groups: they all see the same beacons. */
static void journal_sites(const struct frrd_grp *grp, const struct frrd_view *view)
{
	static bool said;
	static uint16_t said_beacons;
	struct json_object *json;

	if (said && said_beacons == view->beacons)
		return;
	said = true;
	said_beacons = view->beacons;
	json = json_object_new_object();
	json_object_object_add(json, "beacons", site_names(view->beacons));
	json_object_object_add(json, "voters", site_names(grp->policy.voters));
	json_object_int_add(json, "votes", frrd_votes(&grp->fsm, &grp->policy));
	json_object_boolean_add(json, "quorum", frrd_majority(&grp->fsm, &grp->policy));
	frrd_journal_add("sites", NULL, json);
}

void frrd_journal_view(const struct frrd_grp *grp, const struct frrd_view *before,
		       const struct frrd_view *after)
{
	struct json_object *json;

	if (after->known && (before->beacons != after->beacons || !before->known))
		journal_sites(grp, after);
	if (before->known == after->known && before->own_claim == after->own_claim &&
	    before->own_grant == after->own_grant &&
	    before->claims == after->claims && before->requests == after->requests &&
	    before->readies == after->readies && before->grants == after->grants)
		return;
	json = json_object_new_object();
	add_view(json, after);
	frrd_journal_add("view", grp, json);
}

void frrd_journal_written(const struct frrd_grp *grp, const char *what)
{
	struct json_object *json = json_object_new_object();

	json_object_string_add(json, "what", what);
	json_object_int_add(json, "prefixes", grp->routes.here);
	json_object_int_add(json, "commandUs", grp->command_us);
	json_object_int_add(json, "writtenUs", grp->announce_us);
	frrd_journal_add("written", grp, json);
}

void frrd_journal_markers(const struct frrd_grp *grp, const struct frrd_markers *markers)
{
	struct json_object *json = json_object_new_object();

	json_object_boolean_add(json, "claim", markers->claim);
	json_object_boolean_add(json, "ready", markers->ready);
	if (markers->request_for)
		json_object_object_add(json, "requestFor",
				       site_names(FRRD_SITE_BIT(markers->request_for)));
	if (markers->grant_to)
		json_object_object_add(json, "grantTo",
				       site_names(FRRD_SITE_BIT(markers->grant_to)));
	frrd_journal_add("markers", grp, json);
}

void frrd_journal_probe(const struct frrd_probe *probe, enum frrd_health before)
{
	struct json_object *json = json_object_new_object();

	json_object_string_add(json, "probe", probe->name);
	json_object_string_add(json, "from", frrd_health_name(before));
	json_object_string_add(json, "to", frrd_health_name(probe->health.state));
	json_object_string_add(json, "text", probe->text);
	if (probe->health.state == FRRD_HEALTH_UP)
		json_object_int_add(json, "latencyUs", probe->latency_us);
	frrd_journal_add("probe", NULL, json);
}

void frrd_journal_track(const struct frrd_trk *track, enum frrd_health before)
{
	struct json_object *json = json_object_new_object();

	json_object_string_add(json, "track", track->name);
	json_object_string_add(json, "from", frrd_health_name(before));
	json_object_string_add(json, "to", frrd_health_name(track->state));
	frrd_journal_add("track", NULL, json);
}

void frrd_journal_daemon(const char *event, const char *text)
{
	struct json_object *json = json_object_new_object();

	json_object_string_add(json, "event", event);
	json_object_string_add(json, "text", text);
	frrd_journal_add("daemon", NULL, json);
}

/* --- reading, state, end --- */

bool frrd_journal_last(uint32_t count, void (*line)(void *arg, const char *text), void *arg)
{
	if (pending.count && !writing) {
		EVENT_OFF(t_write);
		write_event(NULL);
	}
	if (!frrd_disk_flush(READ_MS)) {
		set_problem("the disk does not answer");
		return false;
	}
	if (frrd_journal_file_last(frrd_files_journal(), count, line, arg))
		return true;
	set_problem(safe_strerror(errno));
	return false;
}

const char *frrd_journal_path(void)
{
	return frrd_files_journal();
}

const char *frrd_journal_problem(void)
{
	return problem;
}

uint64_t frrd_journal_dropped(void)
{
	return dropped;
}

void frrd_journal_fini(void)
{
	frrd_disk_flush(END_MS);
	EVENT_OFF(t_write);
	if (pending.count && !writing) {
		write_event(NULL);
		frrd_disk_flush(END_MS);
	}
	EVENT_OFF(t_write);
	free_lines(&pending);
}
