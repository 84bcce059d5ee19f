// SPDX-License-Identifier: GPL-2.0-or-later
/* What dns-update and notify are told; see frrd_address_env.h. */

#include <zebra.h>

#include "memory.h"
#include "printfrr.h"

#include "frrd/frrd_address_env.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_hook_env.h"
#include "frrd/frrd_map.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_ADDRESS_ENV, "Environment of dns-update and notify");

struct frrd_address_env {
	struct frrd_hook_env *usual; /* what every hook is told */
	const char *list[FRRD_IPC_ENV];
	size_t count;
	size_t own; /* from here on the strings are this object's */
};

/* --- the pairs of prefixes ------------------------------------------------------- */

/* Old and new prefixes in the same order, as text of the caller's (MTYPE_TMP). */
struct pairs {
	size_t count;
	char *old, *new;
};

static void append(char *text, size_t size, const struct prefix *p)
{
	char one[PREFIX_STRLEN + 1];

	snprintfrr(one, sizeof(one), "%s%pFX", text[0] ? " " : "", p);
	strlcat(text, one, size);
}

static void pairs_make(struct frrd_grp *grp, struct pairs *ret_pairs)
{
	const struct frrd_member *member = frrd_member_local(grp);
	size_t count = member ? frrd_map_pairs(grp, member, NULL, 0) : 0;
	size_t size = count * (PREFIX_STRLEN + 1) + 1;
	struct frrd_map_pair *list = XCALLOC(MTYPE_TMP, (count + 1) * sizeof(*list));

	ret_pairs->count = count ? frrd_map_pairs(grp, member, list, count) : 0;
	/* Without room for all of them the function knows fewer of those it has seen. */
	ret_pairs->count = MIN(ret_pairs->count, count);
	ret_pairs->old = XCALLOC(MTYPE_TMP, size);
	ret_pairs->new = XCALLOC(MTYPE_TMP, size);
	for (size_t i = 0; i < ret_pairs->count; i++) {
		append(ret_pairs->old, size, &list[i].old_prefix);
		append(ret_pairs->new, size, &list[i].new_prefix);
	}
	XFREE(MTYPE_TMP, list);
}

static void pairs_free(struct pairs *pairs)
{
	XFREE(MTYPE_TMP, pairs->old);
	XFREE(MTYPE_TMP, pairs->new);
}

char *frrd_address_spec(struct frrd_grp *grp, const struct frrd_address_conf *conf)
{
	struct pairs pairs;
	char *spec = NULL;

	if (!conf->record_count)
		return NULL;
	pairs_make(grp, &pairs);
	if (pairs.count)
		spec = asprintfrr(MTYPE_TMP, "%s|%u|%s|%s|%s|%s|%s", conf->server, conf->port,
				  conf->zone, conf->key_file, conf->records, pairs.old,
				  pairs.new);
	pairs_free(&pairs);
	return spec;
}

/* --- the environment --------------------------------------------------------------- */

static void add(struct frrd_address_env *env, const char *name, const char *value)
{
	assert(env->count < array_size(env->list));
	env->list[env->count++] = asprintfrr(MTYPE_FRRD_ADDRESS_ENV, "%s=%s", name, value);
}

/* It is no event of a hook, and says so. */
static bool is_event(const char *variable)
{
	return strncmp(variable, "FRRD_EVENT=", strlen("FRRD_EVENT=")) == 0;
}

static void add_usual(struct frrd_address_env *env, struct frrd_grp *grp)
{
	const struct frrd_site *from = grp->hooks.owner_before
					       ? frrd_site_by_id(grp->hooks.owner_before)
					       : NULL;
	const char *const *list;

	env->usual = frrd_hook_env_make(grp, FRRD_HOOK_POST_ANNOUNCE, from ? from->name : "",
					frrd_config.local_site, grp->seq.reason);
	list = frrd_hook_env_list(env->usual);
	for (size_t i = 0; i < frrd_hook_env_count(env->usual); i++)
		if (!is_event(list[i]))
			env->list[env->count++] = list[i];
	env->own = env->count;
}

struct frrd_address_env *frrd_address_env_make(struct frrd_grp *grp,
					       const struct frrd_address_conf *conf,
					       const char *target)
{
	struct frrd_address_env *env = XCALLOC(MTYPE_FRRD_ADDRESS_ENV, sizeof(*env));
	struct pairs pairs;
	char port[8];

	add_usual(env, grp);
	pairs_make(grp, &pairs);
	add(env, "FRRD_EVENT", "address-change");
	add(env, "FRRD_OLD_PREFIXES", pairs.old);
	add(env, "FRRD_NEW_PREFIXES", pairs.new);
	add(env, "FRRD_RECORDS", conf->records);
	pairs_free(&pairs);
	if (target) {
		add(env, "FRRD_NOTIFY", target);
		return env;
	}
	snprintf(port, sizeof(port), "%u", conf->port);
	add(env, "FRRD_DNS_SERVER", conf->server);
	add(env, "FRRD_DNS_PORT", port);
	add(env, "FRRD_DNS_ZONE", conf->zone);
	add(env, "FRRD_DNS_KEY_FILE", conf->key_file);
	return env;
}

void frrd_address_env_free(struct frrd_address_env *env)
{
	for (size_t i = env->own; i < env->count; i++) {
		char *text = (char *)env->list[i];

		XFREE(MTYPE_FRRD_ADDRESS_ENV, text);
	}
	frrd_hook_env_free(env->usual);
	XFREE(MTYPE_FRRD_ADDRESS_ENV, env);
}

const char *const *frrd_address_env_list(const struct frrd_address_env *env)
{
	return env->list;
}

size_t frrd_address_env_count(const struct frrd_address_env *env)
{
	return env->count;
}

/* --- what comes back --------------------------------------------------------------- */

/* A program may write anything; what is kept is printable ASCII and line ends. */
static void printable(char *buf, size_t size, const struct frrd_ipc_done *result)
{
	size_t length = MIN(result->output_length, size - 1);

	for (size_t i = 0; i < length; i++) {
		unsigned char c = result->output[i];

		buf[i] = c == '\n' || (c >= ' ' && c < 0x7f) ? c : '?';
	}
	buf[length] = '\0';
	while (length > 0 && isspace((unsigned char)buf[length - 1]))
		buf[--length] = '\0';
}

/* The first line that is a complaint of the program, else the first one. */
static const char *complaint(const char *output, const char *program)
{
	size_t length = strlen(program);

	for (const char *line = output; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, program, length) == 0 && strncmp(line + length, ": ", 2) == 0)
			return line + length + 2;
	}
	return output;
}

void frrd_address_understand(const struct frrd_ipc_done *result, const char *program,
			     struct frrd_address_outcome *ret_outcome)
{
	struct frrd_address_outcome *o = ret_outcome;
	const char *said;
	char end[48] = "not started";

	printable(o->output, sizeof(o->output), result);
	o->well = result->end == FRRD_IPC_EXITED && result->code == 0;
	/* "www.example.org. A: 192.0.2.10 -> 198.51.100.10" */
	o->changed = strstr(o->output, " -> ");
	o->problem[0] = '\0';
	if (o->well)
		return;
	if (result->end == FRRD_IPC_EXITED)
		snprintf(end, sizeof(end), "exit status %d", result->code);
	else if (result->end == FRRD_IPC_SIGNALLED)
		snprintf(end, sizeof(end), "ended by signal %d", result->code);
	else if (result->end == FRRD_IPC_TIMED_OUT)
		strlcpy(end, "no end in time", sizeof(end)); /* the same text each time */
	said = complaint(o->output, program);
	if (result->end == FRRD_IPC_EXITED && said[0])
		snprintf(o->problem, sizeof(o->problem), "%.*s",
			 (int)MIN(strcspn(said, "\n"), sizeof(o->problem) - 1), said);
	else
		snprintf(o->problem, sizeof(o->problem), "%s: %s%s%.*s", program, end,
			 said[0] ? ": " : "", (int)MIN(strcspn(said, "\n"), 160), said);
}

void frrd_address_public(const char *url, char *buf, size_t size)
{
	const char *host = strstr(url, "://"), *at;
	size_t length;

	if (!host) { /* a mailbox */
		strlcpy(buf, url, size);
		return;
	}
	host += 3;
	length = strcspn(host, "/?#");
	at = memrchr(host, '@', length);
	if (at) {
		length -= at + 1 - host;
		host = at + 1;
	}
	snprintf(buf, size, "%.*s%.*s", (int)(strstr(url, "://") + 3 - url), url, (int)length,
		 host);
}
