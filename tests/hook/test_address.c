// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What follows a change of addresses: when dns-update and notify run, and when they are
 * ended.  The clock, frrd-io and the rest of the daemon are stand-ins; the file that is
 * tested is included, so that its timers are those of the test.
 */

#include <zebra.h>

#include <setjmp.h>
#include <cmocka.h>

#include "json.h"
#include "memory.h"

#include "frrd_compat.h"
#include "frrd/frrd_time.h"

/* --- the clock and the timers ----------------------------------------------- */

static int64_t now_ms;

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

/* All that is due within this time, in its order. */
static void pass(int64_t ms)
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

static struct frrd_grp group;
static struct frrd_member member;
static bool is_member;
static const char *what_changes; /* NULL: nothing */

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

static char journal_text[1024]; /* "dns failed|notify told|" */

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

static uint32_t notified;

void frrd_notify_address(const struct frrd_grp *grp, const char *target, const char *outcome,
			 const char *text)
{
	notified++;
}

/* Programs that run. */
static struct program {
	char command[64];
	const char *target;
	void (*done)(void *arg, const struct frrd_ipc_done *result);
	void *arg;
} programs[64];
static uint32_t started, cancelled;

bool frrd_ioproc_run(const char *command, const char *const *env, size_t env_count,
		     uint32_t timeout_ms,
		     void (*done)(void *arg, const struct frrd_ipc_done *result), void *arg,
		     uint32_t *ret_id)
{
	struct program *program = &programs[started % array_size(programs)];

	*program = (struct program){ .target = told_now, .done = done, .arg = arg };
	strlcpy(program->command, command, sizeof(program->command));
	*ret_id = ++started;
	return true;
}

void frrd_ioproc_run_cancel(uint32_t id)
{
	programs[(id - 1) % array_size(programs)].done = NULL;
	cancelled++;
}

static void end_number(uint32_t id, int code, const char *output)
{
	struct program *program = &programs[(id - 1) % array_size(programs)], copy = *program;
	const struct frrd_ipc_done result = { .id = id, .end = FRRD_IPC_EXITED, .code = code,
					      .output = output };

	assert_non_null(copy.done);
	program->done = NULL;
	copy.done(copy.arg, &result);
}

/* The program that was started last. */
static void end_last(int code, const char *output)
{
	end_number(started, code, output);
}

/* --- the group ----------------------------------------------------------------- */

static void configure(struct frrd_grp *grp, size_t records, size_t target_count)
{
	static const char *const targets[] = { "mailto:a@example.org", "http://b", "http://c" };
	const struct frrd_address_conf conf = {
		.server = "192.0.2.53",
		.zone = "",
		.key_file = "",
		.port = 53,
		.records = "www.example.org/a/60",
		.record_count = records,
		.targets = targets,
		.target_count = target_count,
	};

	frrd_address_configure(grp, &conf);
	frrd_address_apply(grp);
}

static void own(struct frrd_grp *grp, enum frrd_reason reason)
{
	grp->fsm.state = FRRD_STATE_ACTIVE;
	grp->seq.step = FRRD_STEP_OWNER;
	grp->seq.reason = reason;
	frrd_address_follow(grp);
}

static void become(enum frrd_state state)
{
	group.fsm.state = state;
	frrd_address_follow(&group);
}

static struct frrd_address_status dns(void)
{
	struct frrd_address_status status;

	frrd_address_dns(&group, &status);
	return status;
}

static int setup(void **state)
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

static int teardown(void **state)
{
	frrd_address_drop(&group);
	assert_int_equal(running, 0);
	for (size_t i = 0; i < array_size(timers); i++)
		assert_null(timers[i].function);
	return 0;
}

/* --- the tests --------------------------------------------------------------------- */

static void test_not_before_the_routes_stand(void **state)
{
	static const enum frrd_step early[] = { FRRD_STEP_PRE_ANNOUNCE, FRRD_STEP_ATTACH,
						FRRD_STEP_ANNOUNCE };

	configure(&group, 1, 1);
	pass(1000);
	assert_int_equal(started, 0);
	for (size_t i = 0; i < array_size(early); i++) {
		group.seq.step = early[i];
		become(FRRD_STATE_ACTIVATING);
		pass(1000);
		assert_int_equal(started, 0);
	}
	group.seq.step = FRRD_STEP_POST_ANNOUNCE;
	become(FRRD_STATE_ACTIVATING);
	pass(0);
	assert_int_equal(started, 2);
	assert_string_equal(programs[0].command, "/hooks/dns-update --timeout 10");
	assert_string_equal(programs[1].command, "/hooks/notify --timeout 10");
}

static void test_tried_until_it_works(void **state)
{
	static const int64_t pauses_ms[] = { 1000,  2000,  4000,  8000,	 16000,
					     32000, 60000, 60000, 60000 };

	configure(&group, 1, 0);
	own(&group, FRRD_REASON_OWNER_GONE);
	pass(0);
	for (size_t i = 0; i < array_size(pauses_ms); i++) {
		end_last(1, "no answer");
		assert_int_equal(dns().state, FRRD_ADDRESS_FAILING);
		assert_int_equal(dns().failures, i + 1);
		assert_int_equal(dns().next_ms - now_ms, pauses_ms[i]);
		pass(pauses_ms[i] - 1);
		assert_int_equal(started, i + 1);
		pass(1);
		assert_int_equal(started, i + 2);
	}
	assert_string_equal(journal_text, "dns failed|"); /* once */
	end_last(1, "REFUSED");
	assert_string_equal(journal_text, "dns failed|dns failed|"); /* another cause */
	pass(60000);
	end_last(0, "a -> b");
	assert_string_equal(journal_text, "dns failed|dns failed|dns updated|");
	assert_int_equal(dns().state, FRRD_ADDRESS_DONE);
	assert_int_equal(dns().failures, 0);
	assert_int_equal(dns().failing_ms, 0);
	assert_string_equal(dns().problem, "");
}

static void test_looked_at_again(void **state)
{
	static const int64_t looks[] = { 5000, 60000, 600000, 600000 };
	int64_t done_ms;

	configure(&group, 1, 0);
	own(&group, FRRD_REASON_OWNER_GONE);
	pass(0);
	end_last(0, "(as it should be)");
	assert_string_equal(journal_text, "dns unchanged|");
	done_ms = now_ms;
	for (size_t i = 0; i < array_size(looks); i++) {
		pass(looks[i] - 1);
		assert_int_equal(started, i + 1);
		pass(1);
		assert_int_equal(started, i + 2);
		assert_int_equal(dns().state, FRRD_ADDRESS_DONE);
		end_last(0, "(as it should be)");
	}
	/* no news */
	assert_string_equal(journal_text, "dns unchanged|");
	assert_int_equal(dns().done_ms, done_ms);
	pass(600000);
	end_last(0, "b -> a");
	assert_string_equal(journal_text, "dns unchanged|dns updated|");
	assert_int_equal(dns().done_ms, now_ms);
	assert_int_equal(notified, 2);
}

static void ends_with(void (*change)(void))
{
	setup(NULL);
	configure(&group, 1, 2);
	own(&group, FRRD_REASON_OWNER_GONE);
	pass(0);
	assert_int_equal(started, 3);
	end_number(2, 1, "mailbox full"); /* waits for its next try */
	change();
	frrd_address_follow(&group);
	assert_int_equal(cancelled, 2);
	assert_int_equal(dns().state, FRRD_ADDRESS_IDLE);
	pass(3600000);
	assert_int_equal(started, 3);
	teardown(NULL);
}

static void drain(void)
{
	group.fsm.state = FRRD_STATE_DRAINING;
}

static void release(void)
{
	group.fsm.state = FRRD_STATE_RELEASING;
	group.seq.step = FRRD_STEP_PRE_WITHDRAW;
}

static void lose_quorum(void)
{
	group.fsm.quorum_since_ms = FRRD_NEVER;
}

static void see_conflict(void)
{
	group.fsm.conflict = true;
}

static void leave_group(void)
{
	is_member = false;
}

static void remove_group(void)
{
	group.removed = true;
}

static void test_ended_at_once(void **state)
{
	ends_with(drain);
	ends_with(release);
	ends_with(lose_quorum);
	ends_with(see_conflict);
	ends_with(leave_group);
	ends_with(remove_group);
	setup(NULL);
}

/* An operator has forced it: nobody else decides. */
static void test_forced_without_quorum(void **state)
{
	configure(&group, 1, 0);
	group.fsm.quorum_since_ms = FRRD_NEVER;
	group.fsm.fence_waived = true;
	own(&group, FRRD_REASON_COMMAND_FORCE);
	pass(0);
	assert_int_equal(started, 1);
}

static void test_arbiter_manual(void **state)
{
	configure(&group, 1, 0);
	group.policy.arbiter = FRRD_ARBITER_MANUAL;
	group.fsm.quorum_since_ms = FRRD_NEVER;
	own(&group, FRRD_REASON_COMMAND_FAILOVER);
	pass(0);
	assert_int_equal(started, 1);
}

/* The records are looked at again, and nobody is told again. */
static void test_owner_that_goes_on(void **state)
{
	configure(&group, 1, 1);
	own(&group, FRRD_REASON_OWNER_GONE);
	pass(0);
	end_number(1, 0, "a -> b");
	end_number(2, 0, "told");
	become(FRRD_STATE_DRAINING);
	become(FRRD_STATE_ACTIVE); /* the grant was taken back */
	pass(0);
	assert_int_equal(started, 3);
	assert_null(programs[2].target);
	lose_quorum();
	frrd_address_follow(&group);
	group.fsm.quorum_since_ms = 0;
	frrd_address_follow(&group);
	pass(0);
	assert_int_equal(started, 4);
	assert_null(programs[3].target);
	/* another takeover */
	become(FRRD_STATE_STANDBY);
	own(&group, FRRD_REASON_GRANTED);
	pass(0);
	assert_int_equal(started, 6);
	assert_string_equal(programs[5].target, "mailto:a@example.org");
}

static void test_resumed(void **state)
{
	configure(&group, 1, 1);
	own(&group, FRRD_REASON_RESUMED);
	pass(3600000);
	assert_int_equal(started, 1);
	assert_null(programs[0].target);
}

static void test_targets_alone(void **state)
{
	configure(&group, 1, 3);
	own(&group, FRRD_REASON_OWNER_GONE);
	pass(0);
	assert_int_equal(started, 4);
	end_number(2, 0, "told");
	end_number(4, 0, "told");
	end_number(3, 1, "503");
	for (uint32_t i = 0; i < 3; i++) {
		pass((5000 << i) - 1);
		assert_int_equal(started, 4 + i);
		pass(1);
		assert_int_equal(started, 5 + i);
		assert_string_equal(programs[4 + i].target, "http://b");
		end_last(1, "503");
	}
	pass(3600000);
	assert_int_equal(started, 7);
	assert_string_equal(journal_text,
			    "notify told|notify told|notify failed|notify failed|");
}

static void test_nothing_changes_here(void **state)
{
	what_changes = NULL;
	configure(&group, 1, 1);
	own(&group, FRRD_REASON_OWNER_GONE);
	pass(3600000);
	assert_int_equal(started, 0);
	assert_int_equal(dns().state, FRRD_ADDRESS_IDLE);
	/* a map line */
	what_changes = "b";
	frrd_address_apply(&group);
	pass(0);
	assert_int_equal(started, 1);
	assert_null(programs[0].target);
}

static void test_what_is_configured_meanwhile(void **state)
{
	configure(&group, 1, 1);
	own(&group, FRRD_REASON_OWNER_GONE);
	pass(0);
	assert_int_equal(started, 2);
	configure(&group, 1, 1); /* the same */
	assert_int_equal(cancelled, 0);
	end_number(1, 1, "no answer");
	what_changes = "c";
	configure(&group, 1, 1);
	pass(0); /* without waiting for the next try */
	assert_int_equal(started, 3);
	what_changes = "d";
	configure(&group, 1, 2);
	assert_int_equal(cancelled, 1);
	pass(0);
	assert_int_equal(started, 4); /* the new target is for the next takeover */
	configure(&group, 0, 0);
	assert_int_equal(cancelled, 3);
	assert_null(group.address);
}

/* Eight at a time, of all groups. */
static void test_many_groups(void **state)
{
	struct frrd_grp groups[12] = {};

	for (size_t i = 0; i < array_size(groups); i++) {
		groups[i].policy.arbiter = FRRD_ARBITER_MANUAL;
		configure(&groups[i], 1, 0);
		own(&groups[i], FRRD_REASON_COMMAND_FAILOVER);
	}
	pass(0);
	assert_int_equal(started, 8);
	end_number(3, 0, "a -> b");
	assert_int_equal(started, 9);
	frrd_address_drop(&groups[0]); /* one that runs */
	assert_int_equal(started, 10);
	frrd_address_drop(&groups[11]); /* one that waits */
	end_number(2, 1, "no answer");
	end_number(4, 0, "a -> b");
	assert_int_equal(started, 11);
	for (size_t i = 0; i < array_size(groups); i++)
		frrd_address_drop(&groups[i]);
	assert_int_equal(started, 11);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(not_before_the_routes_stand),
		TEST(tried_until_it_works),
		TEST(looked_at_again),
		TEST(ended_at_once),
		TEST(forced_without_quorum),
		TEST(arbiter_manual),
		TEST(owner_that_goes_on),
		TEST(resumed),
		TEST(targets_alone),
		TEST(nothing_changes_here),
		TEST(what_is_configured_meanwhile),
		TEST(many_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
