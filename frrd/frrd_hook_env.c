// SPDX-License-Identifier: GPL-2.0-or-later
/* What a hook is told, and what is told about it; see frrd_hook_env.h. */

#include <zebra.h>

#include "json.h"
#include "log.h"
#include "memory.h"
#include "printfrr.h"

#include "frrd/core/reason.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_errors.h"
#include "frrd/frrd_hook_env.h"
#include "frrd/frrd_journal.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_HOOK_ENV, "Environment of a hook");

/* Of what a hook wrote, in the journal; the beginning is kept. */
#define JOURNAL_OUTPUT 4096
#define LOG_OUTPUT     160

#define VARIABLES 12

struct frrd_hook_env {
	const char *list[VARIABLES];
	size_t count;
};

/* --- the environment ----------------------------------------------------------- */

static void add(struct frrd_hook_env *env, const char *name, const char *value)
{
	size_t size = strlen(name) + strlen(value) + 2;
	char *text = XMALLOC(MTYPE_FRRD_HOOK_ENV, size);

	assert(env->count < VARIABLES);
	snprintf(text, size, "%s=%s", name, value);
	env->list[env->count++] = text;
}

static void add_number(struct frrd_hook_env *env, const char *name, uint32_t value)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", value);
	add(env, name, text);
}

/* With address change: what only other sites announce. */
static bool is_others(const struct frrd_route *route)
{
	return route->sources && !frrd_route_is_here(route);
}

static uint32_t count_prefixes(struct frrd_grp *grp)
{
	struct frrd_route *route;
	uint32_t count = 0;

	frr_each (frrd_route_list, &grp->routes.list, route)
		count += !is_others(route);
	return count;
}

/* Whole prefixes only. */
static void add_prefixes(struct frrd_hook_env *env, struct frrd_grp *grp)
{
	char *text = XCALLOC(MTYPE_FRRD_HOOK_ENV, FRRD_HOOK_PREFIXES);
	size_t length = 0;
	struct frrd_route *route;

	frr_each (frrd_route_list, &grp->routes.list, route) {
		char one[PREFIX_STRLEN + 1];
		struct prefix p;

		if (is_others(route))
			continue;
		frrd_route_prefix(route, &p);
		snprintfrr(one, sizeof(one), "%s%pFX", length ? " " : "", &p);
		if (length + strlen(one) >= FRRD_HOOK_PREFIXES)
			break;
		strlcpy(text + length, one, FRRD_HOOK_PREFIXES - length);
		length += strlen(one);
	}
	add(env, "FRRD_PREFIXES", text);
	XFREE(MTYPE_FRRD_HOOK_ENV, text);
}

struct frrd_hook_env *frrd_hook_env_make(struct frrd_grp *grp, enum frrd_hook_event event,
					 const char *from, const char *to, enum frrd_reason reason)
{
	struct frrd_hook_env *env = XCALLOC(MTYPE_FRRD_HOOK_ENV, sizeof(*env));
	time_t now = time(NULL);
	char when[32];
	struct tm tm;

	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	add(env, "FRRD_EVENT", frrd_hook_event_name(event));
	add(env, "FRRD_GROUP", grp->name);
	add_number(env, "FRRD_GROUP_ID", grp->id);
	add(env, "FRRD_SITE", frrd_config.local_site);
	add(env, "FRRD_FROM", from);
	add(env, "FRRD_TO", to);
	add(env, "FRRD_REASON", frrd_reason_code(reason));
	add(env, "FRRD_REASON_TEXT", frrd_reason_text(reason));
	add_prefixes(env, grp);
	add_number(env, "FRRD_PREFIX_COUNT", count_prefixes(grp));
	add(env, "FRRD_STATE", frrd_state_name(grp->fsm.state));
	add(env, "FRRD_TIME", when);
	return env;
}

void frrd_hook_env_free(struct frrd_hook_env *env)
{
	for (size_t i = 0; i < env->count; i++) {
		char *text = (char *)env->list[i];

		XFREE(MTYPE_FRRD_HOOK_ENV, text);
	}
	XFREE(MTYPE_FRRD_HOOK_ENV, env);
}

const char *const *frrd_hook_env_list(const struct frrd_hook_env *env)
{
	return env->list;
}

size_t frrd_hook_env_count(const struct frrd_hook_env *env)
{
	return env->count;
}

/* --- what is told about it ----------------------------------------------------- */

/* A program may write anything; what is kept is printable ASCII and line ends. */
static void printable(char *buf, size_t size, const struct frrd_ipc_done *result)
{
	size_t length = MIN(result->output_length, size - 1);

	for (size_t i = 0; i < length; i++) {
		unsigned char c = result->output[i];

		buf[i] = c == '\n' || c == '\t' || (c >= ' ' && c < 0x7f) ? c : '?';
	}
	buf[length] = '\0';
	while (length > 0 && isspace((unsigned char)buf[length - 1]))
		buf[--length] = '\0';
}

static const char *const ends[FRRD_IPC_ENDS] = {
	[FRRD_IPC_EXITED] = "exited",
	[FRRD_IPC_SIGNALLED] = "signalled",
	[FRRD_IPC_TIMED_OUT] = "timed-out",
	[FRRD_IPC_NOT_RUN] = "not-run",
};

static const char *next_name(enum frrd_hook_next next, bool again)
{
	if (next == FRRD_HOOK_ABORTED)
		return "abort";
	return again ? "retry" : "continue";
}

void frrd_hook_report(const struct frrd_grp *grp, enum frrd_hook_event event, uint16_t sequence,
		      const char *command, uint8_t repeats, const struct frrd_ipc_done *result,
		      enum frrd_hook_next next, bool again)
{
	bool well = result->end == FRRD_IPC_EXITED && result->code == 0;
	char output[JOURNAL_OUTPUT], end[64];
	struct json_object *json = json_object_new_object();

	printable(output, sizeof(output), result);
	json_object_string_add(json, "event", frrd_hook_event_name(event));
	json_object_int_add(json, "sequence", sequence);
	json_object_string_add(json, "command", command);
	json_object_string_add(json, "end", result->end < FRRD_IPC_ENDS && ends[result->end]
						    ? ends[result->end]
						    : "not-run");
	if (result->end == FRRD_IPC_EXITED || result->end == FRRD_IPC_SIGNALLED)
		json_object_int_add(json, "code", result->code);
	json_object_int_add(json, "ranMs", result->ran_ms);
	json_object_int_add(json, "repeats", repeats);
	json_object_boolean_add(json, "failed", !well);
	json_object_string_add(json, "next", next_name(next, again));
	json_object_string_add(json, "output", output);
	if (result->truncated || result->output_length >= sizeof(output))
		json_object_boolean_add(json, "truncated", true);
	frrd_journal_add("hook", grp, json);

	if (well)
		return;
	frrd_ipc_describe_end(result, end, sizeof(end));
	flog_warn(EC_FRRD_HOOK, "group %s: hook %s %u: %s: %s%s%.*s; %s", grp->name,
		  frrd_hook_event_name(event), sequence, command, end, output[0] ? ": " : "",
		  (int)MIN(strcspn(output, "\n"), LOG_OUTPUT), output,
		  next == FRRD_HOOK_ABORTED ? "the takeover is given up"
		  : again		    ? "it runs again"
					    : "going on");
}

void frrd_hook_report_ended_early(const struct frrd_grp *grp, enum frrd_hook_event event,
				  uint16_t sequence, const char *command, uint8_t repeats,
				  const struct frrd_ipc_done *result, const char *why)
{
	/* It may have been done when it was told to end. */
	bool well = result->end == FRRD_IPC_EXITED && result->code == 0;
	struct json_object *json = json_object_new_object();
	char output[JOURNAL_OUTPUT];

	printable(output, sizeof(output), result);
	json_object_string_add(json, "event", frrd_hook_event_name(event));
	json_object_int_add(json, "sequence", sequence);
	json_object_string_add(json, "command", command);
	json_object_string_add(json, "end", "cancelled");
	json_object_string_add(json, "why", why);
	json_object_int_add(json, "ranMs", result->ran_ms);
	json_object_int_add(json, "repeats", repeats);
	json_object_boolean_add(json, "failed", !well);
	json_object_string_add(json, "next", "none");
	json_object_string_add(json, "output", output);
	if (result->truncated || result->output_length >= sizeof(output))
		json_object_boolean_add(json, "truncated", true);
	frrd_journal_add("hook", grp, json);
	zlog_notice("group %s: hook %s %u: %s: ended early: %s", grp->name,
		    frrd_hook_event_name(event), sequence, command, why);
}
