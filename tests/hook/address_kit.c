// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stand-ins for the clock, frrd-io and the rest of the daemon; see address_kit.h.  The
 * file that is tested is included, so that its timers are those of the test.
 */

#include <zebra.h>

#include <setjmp.h>
#include <cmocka.h>

#include "json.h"
#include "memory.h"

#include "frrd_compat.h"
#include "frrd/frrd_time.h"

#include "address_kit.h"

/* --- the clock and the timers ----------------------------------------------- */

int64_t now_ms;

/* What the tested file holds as a struct event. */
static struct timer {
	struct event **ref;
	void (*function)(struct event *event); /* NULL: free */
	void *arg;
	int64_t at_ms;
} timers[64];

static void timer_add(void (*function)(struct event *event), void *arg, uint32_t ms,
		      struct event **ref)
{
	for (size_t i = 0; i < array_size(timers); i++)
		if (!timers[i].function) {
			timers[i] = (struct timer){ ref, function, arg, now_ms + ms };
			*ref = (struct event *)&timers[i];
			return;
		}
	fail_msg("too many timers");
}

static void timer_off(struct event **ref)
{
	if (*ref)
		((struct timer *)*ref)->function = NULL;
	*ref = NULL;
}

void pass(int64_t ms)
{
	int64_t end_ms = now_ms + ms;

	while (true) {
		struct timer *next = NULL, timer;

		for (size_t i = 0; i < array_size(timers); i++)
			if (timers[i].function && (!next || timers[i].at_ms < next->at_ms))
				next = &timers[i];
		if (!next || next->at_ms > end_ms)
			break;
		now_ms = next->at_ms;
		timer = *next;
		timer_off(next->ref);
		timer.function((struct event *)&timer);
	}
	now_ms = end_ms;
}

#undef event_add_timer_msec
#undef EVENT_OFF
#undef EVENT_ARG
#define event_add_timer_msec(loop, function, arg, ms, ref) timer_add(function, arg, ms, ref)
#define EVENT_OFF(event) timer_off(&(event))
#define EVENT_ARG(event) (((struct timer *)(event))->arg)
#define frrd_now_ms() now_ms

#include "frrd/frrd_address.c"

/* --- stand-ins --------------------------------------------------------------- */

DEFINE_MGROUP(FRRD, "frrd");

struct frrd_config frrd_config = { .local_site = "dc2" };
struct event_loop *frrd_loop;

struct frrd_grp group;
static struct frrd_member member;
bool is_member;
const char *what_changes;

struct frrd_member *frrd_member_local(struct frrd_grp *grp)
{
	return is_member ? &member : NULL;
}

size_t frrd_map_pairs(struct frrd_grp *grp, const struct frrd_member *to,
		      struct frrd_map_pair *pairs, size_t size)
{
	return what_changes ? 1 : 0;
}

char *frrd_address_spec(struct frrd_grp *grp, const struct frrd_address_conf *conf)
{
	return conf->record_count && what_changes ? XSTRDUP(MTYPE_TMP, what_changes) : NULL;
}

/* The environment is its target. */
struct frrd_address_env *frrd_address_env_make(struct frrd_grp *grp,
					       const struct frrd_address_conf *conf,
					       const char *target)
{
	return (struct frrd_address_env *)target;
}

void frrd_address_env_free(struct frrd_address_env *env)
{
}

static const char *told_now;

const char *const *frrd_address_env_list(const struct frrd_address_env *env)
{
	told_now = (const char *)env;
	return NULL;
}

size_t frrd_address_env_count(const struct frrd_address_env *env)
{
	return 0;
}

void frrd_address_understand(const struct frrd_ipc_done *result, const char *program,
			     struct frrd_address_outcome *ret_outcome)
{
	memset(ret_outcome, 0, sizeof(*ret_outcome));
	ret_outcome->well = result->code == 0;
	strlcpy(ret_outcome->output, result->output, sizeof(ret_outcome->output));
	ret_outcome->changed = strstr(result->output, " -> ");
	if (result->code)
		strlcpy(ret_outcome->problem, result->output, sizeof(ret_outcome->problem));
}

void frrd_address_public(const char *url, char *buf, size_t size)
{
	strlcpy(buf, url, size);
}

const char *frrd_files_hooks(void)
{
	return "/hooks";
}

char journal_text[KIT_JOURNAL];

void frrd_journal_add(const char *kind, const struct frrd_grp *grp, struct json_object *fields)
{
	struct json_object *outcome;

	assert_true(json_object_object_get_ex(fields, "outcome", &outcome));
	strlcat(journal_text, kind, sizeof(journal_text));
	strlcat(journal_text, " ", sizeof(journal_text));
	strlcat(journal_text, json_object_get_string(outcome), sizeof(journal_text));
	strlcat(journal_text, "|", sizeof(journal_text));
	json_object_put(fields);
}

uint32_t notified;

void frrd_notify_address(const struct frrd_grp *grp, const char *target, const char *outcome,
			 const char *text)
{
	notified++;
}

struct kit_program programs[KIT_PROGRAMS];
uint32_t started, cancelled;

bool frrd_ioproc_run(const char *command, const char *const *env, size_t env_count,
		     uint32_t timeout_ms,
		     void (*done)(void *arg, const struct frrd_ipc_done *result), void *arg,
		     uint32_t *ret_id)
{
	struct kit_program *program = &programs[started % array_size(programs)];

	*program = (struct kit_program){ .target = told_now, .done = done, .arg = arg };
	strlcpy(program->command, command, sizeof(program->command));
	*ret_id = ++started;
	return true;
}

void frrd_ioproc_run_cancel(uint32_t id)
{
	programs[(id - 1) % array_size(programs)].done = NULL;
	cancelled++;
}

void end_number(uint32_t id, int code, const char *output)
{
	struct kit_program *program = &programs[(id - 1) % array_size(programs)], copy = *program;
	const struct frrd_ipc_done result = { .id = id, .end = FRRD_IPC_EXITED, .code = code,
					      .output = output };

	assert_non_null(copy.done);
	program->done = NULL;
	copy.done(copy.arg, &result);
}

void end_last(int code, const char *output)
{
	end_number(started, code, output);
}

/* --- the group ----------------------------------------------------------------- */

const char *const kit_targets[KIT_TARGETS] = {
	"mailto:a@example.org", "http://b", "http://c", "http://d", "http://e", "http://f",
	"http://g",		"http://h", "http://i", "http://j", "http://k", "http://l",
};

void configure(struct frrd_grp *grp, size_t records, size_t target_count)
{
	const struct frrd_address_conf conf = {
		.server = "192.0.2.53",
		.zone = "",
		.key_file = "",
		.port = 53,
		.records = "www.example.org/a/60",
		.record_count = records,
		.targets = kit_targets,
		.target_count = target_count,
	};

	frrd_address_configure(grp, &conf);
	frrd_address_apply(grp);
}

void own(struct frrd_grp *grp, enum frrd_reason reason)
{
	grp->fsm.state = FRRD_STATE_ACTIVE;
	grp->seq.step = FRRD_STEP_OWNER;
	grp->seq.reason = reason;
	frrd_address_follow(grp);
}

void become(enum frrd_state state)
{
	group.fsm.state = state;
	frrd_address_follow(&group);
}

struct frrd_address_status dns(void)
{
	struct frrd_address_status status;

	frrd_address_dns(&group, &status);
	return status;
}

int setup(void **state)
{
	group = (struct frrd_grp){ .name = "shop" };
	group.policy.arbiter = FRRD_ARBITER_BGP;
	group.fsm.quorum_since_ms = 0;
	is_member = true;
	what_changes = "a";
	now_ms = 1000000;
	started = cancelled = notified = 0;
	journal_text[0] = '\0';
	return 0;
}

int teardown(void **state)
{
	frrd_address_drop(&group);
	assert_int_equal(running, 0);
	for (size_t i = 0; i < array_size(timers); i++)
		assert_null(timers[i].function);
	return 0;
}
