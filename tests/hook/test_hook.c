// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Hooks as they run: which program, with which environment, what the journal says,
 * who is told when.  frrd-io and the rest of the daemon are stand-ins.
 */

#include <zebra.h>

#include <setjmp.h>
#include <cmocka.h>

#include "hook.h"
#include "json.h"
#include "memory.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_hook.h"
#include "frrd/frrd_hook_env.h"
#include "frrd/frrd_journal.h"
#include "frrd/frrd_notify.h"
#include "frrd/frrd_process.h"

/* --- stand-ins ------------------------------------------------------------- */

DEFINE_MGROUP(FRRD, "frrd");
DEFINE_HOOK(frrd_decision,
	    (const struct frrd_grp *grp, enum frrd_state from, enum frrd_state to,
	     enum frrd_reason reason),
	    (grp, from, to, reason));

struct frrd_config frrd_config = { .local_site = "dc2" };
struct event_loop *frrd_loop;

static struct frrd_grp group;
static struct frrd_site sites[] = { { .name = "dc1", .id = 1 }, { .name = "dc2", .id = 2 } };

struct frrd_site *frrd_site_by_id(uint8_t id)
{
	return id >= 1 && id <= array_size(sites) ? &sites[id - 1] : NULL;
}

struct frrd_grp *frrd_grp_find(const char *name)
{
	return strmatch(name, group.name) ? &group : NULL;
}

/* Routes of the tests are IPv4. */
void frrd_route_prefix(const struct frrd_route *route, struct prefix *ret_prefix)
{
	*ret_prefix = (struct prefix){ .family = AF_INET, .prefixlen = route->prefixlen };
	ret_prefix->u.prefix4 = route->addr.ipv4;
}

static char journal[8192];

void frrd_journal_add(const char *kind, const struct frrd_grp *grp, struct json_object *fields)
{
	assert_string_equal(kind, "hook");
	assert_ptr_equal(grp, &group);
	strlcpy(journal, json_object_to_json_string_ext(fields, JSON_C_TO_STRING_PLAIN |
								       JSON_C_TO_STRING_NOSLASHESCAPE),
		sizeof(journal));
	json_object_put(fields);
}

/* Programs that run: as many as frrd has handed over and that have not ended. */
static struct program {
	char command[64];
	char env[20000];
	uint32_t timeout_ms;
	void (*done)(void *arg, const struct frrd_ipc_done *result);
	void *arg;
} programs[8];
static uint32_t started, killed, cancelled;
static bool accepting = true;

static bool fake_run(const char *command, const char *const *env, size_t env_count,
		     uint32_t timeout_ms,
		     void (*done)(void *arg, const struct frrd_ipc_done *result), void *arg,
		     uint32_t *ret_id)
{
	struct program *program = &programs[started % array_size(programs)];

	if (!accepting)
		return false;
	*program = (struct program){ .timeout_ms = timeout_ms, .done = done, .arg = arg };
	strlcpy(program->command, command, sizeof(program->command));
	for (size_t i = 0; i < env_count; i++) {
		strlcat(program->env, env[i], sizeof(program->env));
		strlcat(program->env, "|", sizeof(program->env));
	}
	*ret_id = ++started;
	return true;
}

static void fake_kill(uint32_t id)
{
	assert_non_null(programs[(id - 1) % array_size(programs)].done);
	killed++;
}

static void fake_cancel(uint32_t id)
{
	assert_non_null(programs[(id - 1) % array_size(programs)].done);
	programs[(id - 1) % array_size(programs)].done = NULL;
	cancelled++;
}

static const struct frrd_hook_runner fake = {
	.run = fake_run,
	.kill = fake_kill,
	.cancel = fake_cancel,
};

/* The program that was started last. */
static struct program *running(void)
{
	assert_true(started > 0);
	return &programs[(started - 1) % array_size(programs)];
}

static void end_as(const struct frrd_ipc_done *result)
{
	struct program program = *running();

	assert_non_null(program.done);
	running()->done = NULL;
	program.done(program.arg, result);
}

static void end_with(int code, const char *output)
{
	const struct frrd_ipc_done result = {
		.end = FRRD_IPC_EXITED,
		.code = code,
		.ran_ms = 12,
		.output = output,
		.output_length = strlen(output),
	};

	end_as(&result);
}

/* It was told to end, and has. */
static void end_by_signal(void)
{
	const struct frrd_ipc_done result = {
		.end = FRRD_IPC_SIGNALLED,
		.code = SIGTERM,
		.ran_ms = 34,
		.output = "half",
		.output_length = 4,
	};

	end_as(&result);
}

/* What was said to the sequence of the group. */
static int dones;
static bool last_go_on;

static void done(struct frrd_grp *grp, bool go_on)
{
	assert_ptr_equal(grp, &group);
	dones++;
	last_go_on = go_on;
}

/* --- helpers --------------------------------------------------------------- */

static struct frrd_hook *add(enum frrd_hook_event event, uint16_t sequence, const char *command)
{
	struct frrd_hook *hook = frrd_hook_add(&group.hooks, event, sequence);

	frrd_hook_set_command(hook, command);
	return hook;
}

static bool run(enum frrd_hook_event event)
{
	return frrd_hook_run(&group, event, "dc1", "dc2", FRRD_REASON_GRANTED, done);
}

static int setup(void **state)
{
	memset(&group, 0, sizeof(group));
	strlcpy(group.name, "shop", sizeof(group.name));
	group.id = 7;
	group.fsm.state = FRRD_STATE_ACTIVATING;
	group.policy.arbiter = FRRD_ARBITER_BGP;
	group.policy.self = 2;
	frrd_hook_set_init(&group.hooks);
	frrd_route_list_init(&group.routes.list);
	memset(programs, 0, sizeof(programs));
	started = killed = cancelled = 0;
	dones = 0;
	accepting = true;
	journal[0] = '\0';
	return 0;
}

static int teardown(void **state)
{
	frrd_hook_drop(&group);
	for (size_t i = 0; i < array_size(programs); i++)
		assert_null(programs[i].done); /* nothing runs on without a group */
	return 0;
}

/* --- running --------------------------------------------------------------- */

static void test_nothing_to_run(void **state)
{
	add(FRRD_HOOK_POST_ANNOUNCE, 1, "/bin/other");
	assert_false(run(FRRD_HOOK_PRE_ANNOUNCE));
	assert_int_equal(started, 0);
	assert_int_equal(dones, 0);
}

static void test_order(void **state)
{
	add(FRRD_HOOK_PRE_ANNOUNCE, 20, "/bin/second");
	add(FRRD_HOOK_PRE_ANNOUNCE, 10, "/bin/first")->rule.timeout_ms = 345;
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
	assert_string_equal(running()->command, "/bin/first");
	assert_int_equal(running()->timeout_ms, 345);
	end_with(3, "");
	assert_int_equal(dones, 0);
	assert_string_equal(running()->command, "/bin/second");
	end_with(0, "");
	assert_int_equal(dones, 1);
	assert_true(last_go_on);
	assert_null(group.hooks.step);
}

static void test_sites(void **state)
{
	struct frrd_hook *hook = add(FRRD_HOOK_PRE_ANNOUNCE, 1, "/bin/a");

	frrd_hook_site_add(hook, "dc1");
	assert_false(run(FRRD_HOOK_PRE_ANNOUNCE));
	frrd_hook_site_add(hook, "dc2");
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
	end_with(0, "");
	frrd_hook_site_del(hook, "dc2");
	assert_false(run(FRRD_HOOK_PRE_ANNOUNCE));
	frrd_hook_site_del(hook, "dc1");
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
}

static void test_environment(void **state)
{
	struct frrd_route routes[2] = {
		{ .family = AF_INET, .prefixlen = 24 },
		{ .family = AF_INET, .prefixlen = 25 },
	};

	inet_pton(AF_INET, "192.0.2.0", &routes[0].addr.ipv4);
	inet_pton(AF_INET, "198.51.100.0", &routes[1].addr.ipv4);
	frrd_route_list_add_tail(&group.routes.list, &routes[0]);
	frrd_route_list_add_tail(&group.routes.list, &routes[1]);
	add(FRRD_HOOK_POST_ANNOUNCE, 1, "/bin/a");
	assert_true(run(FRRD_HOOK_POST_ANNOUNCE));
	*strstr(running()->env, "FRRD_TIME=") = '\0';
	assert_string_equal(running()->env,
			    "FRRD_EVENT=post-announce|FRRD_GROUP=shop|FRRD_GROUP_ID=7|"
			    "FRRD_SITE=dc2|FRRD_FROM=dc1|FRRD_TO=dc2|FRRD_REASON=granted|"
			    "FRRD_REASON_TEXT=the owner has granted the group to this site|"
			    "FRRD_PREFIXES=192.0.2.0/24 198.51.100.0/25|FRRD_PREFIX_COUNT=2|"
			    "FRRD_STATE=activating|");
	while (frrd_route_list_pop(&group.routes.list))
		;
}

/* What does not fit is left out as a whole, and counted. */
static void test_many_prefixes(void **state)
{
	enum { COUNT = 3000 };
	struct frrd_route *routes = XCALLOC(MTYPE_TMP, COUNT * sizeof(*routes));
	const char *begin, *end;

	for (uint32_t i = 0; i < COUNT; i++) {
		routes[i].family = AF_INET;
		routes[i].prefixlen = 32;
		routes[i].addr.ipv4.s_addr = htonl(0xc6336400 + i);
		frrd_route_list_add_tail(&group.routes.list, &routes[i]);
	}
	add(FRRD_HOOK_POST_ANNOUNCE, 1, "/bin/a");
	assert_true(run(FRRD_HOOK_POST_ANNOUNCE));
	begin = strstr(running()->env, "FRRD_PREFIXES=");
	end = strchr(begin, '|');
	assert_in_range(end - begin, FRRD_HOOK_PREFIXES - 64, FRRD_HOOK_PREFIXES + 14);
	assert_memory_equal(end - 3, "/32", 3);
	assert_non_null(strstr(running()->env, "FRRD_PREFIX_COUNT=3000|"));
	while (frrd_route_list_pop(&group.routes.list))
		;
	XFREE(MTYPE_TMP, routes);
}

static void test_abort(void **state)
{
	add(FRRD_HOOK_PRE_ANNOUNCE, 1, "/bin/a")->rule.policy = FRRD_HOOK_ABORT;
	add(FRRD_HOOK_PRE_ANNOUNCE, 2, "/bin/b");
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
	end_with(1, "not writable\n");
	assert_int_equal(started, 1);
	assert_int_equal(dones, 1);
	assert_false(last_go_on);
	assert_non_null(strstr(journal, "\"next\":\"abort\""));
}

static void test_retry(void **state)
{
	struct frrd_hook *hook = add(FRRD_HOOK_POST_ANNOUNCE, 1, "/bin/a");

	hook->rule = (struct frrd_hook_rule){ FRRD_HOOK_RETRY, 2, 5, 1000 };
	assert_true(run(FRRD_HOOK_POST_ANNOUNCE));
	end_with(1, "");
	assert_non_null(strstr(journal, "\"repeats\":0,\"failed\":true,\"next\":\"retry\""));
	assert_int_equal(started, 1); /* after a pause */
	EVENT_RUN_NEXT(frrd_loop);
	assert_int_equal(started, 2);
	end_with(1, "");
	EVENT_RUN_NEXT(frrd_loop);
	assert_int_equal(started, 3);
	end_with(1, "");
	assert_non_null(strstr(journal, "\"repeats\":2,\"failed\":true,\"next\":\"continue\""));
	assert_int_equal(dones, 1);
	assert_true(last_go_on);
}

/* What is configured meanwhile changes nothing. */
static void test_configuration_changes(void **state)
{
	add(FRRD_HOOK_PRE_ANNOUNCE, 1, "/bin/a");
	add(FRRD_HOOK_PRE_ANNOUNCE, 2, "/bin/b");
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
	frrd_hook_set_clear(&group.hooks);
	add(FRRD_HOOK_PRE_ANNOUNCE, 2, "/bin/c");
	end_with(0, "");
	assert_string_equal(running()->command, "/bin/b");
	end_with(0, "");
	assert_int_equal(dones, 1);
}

static void test_moved_on(void **state)
{
	add(FRRD_HOOK_PRE_ANNOUNCE, 1, "/bin/a");
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
	frrd_hook_cancel(&group, "the group is withdrawn");
	frrd_hook_cancel(&group, "nothing is left to end");
	assert_int_equal(killed, 1);
	assert_string_equal(journal, ""); /* it has its time to end */
	end_by_signal();
	assert_string_equal(journal,
			    "{\"event\":\"pre-announce\",\"sequence\":1,\"command\":\"/bin/a\","
			    "\"end\":\"cancelled\",\"why\":\"the group is withdrawn\",\"ranMs\":34,"
			    "\"repeats\":0,\"failed\":true,\"next\":\"none\",\"output\":\"half\"}");
	assert_int_equal(dones, 0);
}

/* The programs of the next step begin when the last one of the step before has gone. */
static void test_next_step_waits(void **state)
{
	add(FRRD_HOOK_PRE_ANNOUNCE, 1, "/bin/a");
	add(FRRD_HOOK_POST_WITHDRAW, 1, "/bin/b");
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
	frrd_hook_cancel(&group, "the group is withdrawn");
	assert_true(run(FRRD_HOOK_POST_WITHDRAW));
	assert_int_equal(started, 1);
	end_by_signal();
	assert_int_equal(started, 2);
	assert_string_equal(running()->command, "/bin/b");
	end_with(0, "");
	assert_int_equal(dones, 1);
}

/* What waits for its beginning has nothing to end. */
static void test_moved_on_while_it_waits(void **state)
{
	add(FRRD_HOOK_PRE_ANNOUNCE, 1, "/bin/a");
	add(FRRD_HOOK_POST_WITHDRAW, 1, "/bin/b");
	assert_true(run(FRRD_HOOK_POST_WITHDRAW));
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
	assert_true(run(FRRD_HOOK_POST_WITHDRAW));
	assert_non_null(strstr(journal, "\"event\":\"pre-announce\""));
	assert_non_null(strstr(journal, "\"end\":\"cancelled\",\"why\":\"the group has moved on\",\"ranMs\":0"));
	assert_int_equal(killed, 1);
	assert_int_equal(started, 1);
	end_by_signal();
	assert_int_equal(started, 2);
	assert_string_equal(running()->command, "/bin/b");
	end_with(0, "");
	assert_int_equal(dones, 1);
}

/* Whoever does not end holds nobody up for ever. */
static void test_does_not_go(void **state)
{
	add(FRRD_HOOK_PRE_ANNOUNCE, 1, "/bin/a");
	add(FRRD_HOOK_POST_WITHDRAW, 1, "/bin/b");
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
	assert_true(run(FRRD_HOOK_POST_WITHDRAW));
	EVENT_RUN_NEXT(frrd_loop);
	assert_int_equal(cancelled, 1);
	assert_non_null(strstr(journal, "\"end\":\"cancelled\""));
	assert_int_equal(started, 2);
	end_with(0, "");
	assert_int_equal(dones, 1);
}

static void test_moved_on_between_two_runs(void **state)
{
	struct frrd_hook *hook = add(FRRD_HOOK_PRE_ANNOUNCE, 1, "/bin/a");

	hook->rule = (struct frrd_hook_rule){ FRRD_HOOK_RETRY, 2, 600000, 1000 };
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
	end_with(1, "");
	frrd_hook_cancel(&group, "there is no quorum");
	assert_int_equal(killed + cancelled, 0); /* no program ran */
	assert_int_equal(dones, 0);
	assert_non_null(strstr(journal, "\"why\":\"there is no quorum\",\"ranMs\":0,\"repeats\":1"));
}

/* At the end of the process nobody waits, and the journal says what did not end. */
static void test_stop(void **state)
{
	add(FRRD_HOOK_POST_WITHDRAW, 1, "/bin/a");
	assert_true(run(FRRD_HOOK_POST_WITHDRAW));
	frrd_hook_stop();
	assert_int_equal(cancelled, 1);
	assert_int_equal(dones, 0);
	assert_non_null(strstr(journal, "\"end\":\"cancelled\",\"why\":\"frrd ends\""));
}

static void test_any_here(void **state)
{
	assert_false(frrd_hook_any_here());
	frrd_groups_add(&frrd_config.groups, &group);
	assert_false(frrd_hook_any_here());
	frrd_hook_site_add(add(FRRD_HOOK_ON_FENCED, 1, "/bin/a"), "dc1");
	assert_false(frrd_hook_any_here());
	add(FRRD_HOOK_ON_FENCED, 2, "/bin/a");
	assert_true(frrd_hook_any_here());
	frrd_groups_del(&frrd_config.groups, &group);
}

static void test_longest(void **state)
{
	struct frrd_hook *hook = add(FRRD_HOOK_PRE_WITHDRAW, 1, "/bin/a");

	hook->rule = (struct frrd_hook_rule){ FRRD_HOOK_RETRY, 2, 50, 1000 };
	frrd_hook_site_add(hook, "dc1");
	add(FRRD_HOOK_PRE_WITHDRAW, 2, "/bin/a")->rule.timeout_ms = 500;
	add(FRRD_HOOK_PRE_ANNOUNCE, 1, "/bin/a")->rule.timeout_ms = 70000;
	assert_int_equal(frrd_hook_set_longest_ms(&group.hooks, FRRD_HOOK_PRE_WITHDRAW, "dc1"), 3600);
	assert_int_equal(frrd_hook_set_longest_ms(&group.hooks, FRRD_HOOK_PRE_WITHDRAW, "dc2"), 500);
	assert_int_equal(frrd_hook_set_longest_ms(&group.hooks, FRRD_HOOK_ON_FENCED, "dc2"), 0);
}

/* Refused by the runner: as a failure, and not from within the call. */
static void test_not_handed_over(void **state)
{
	add(FRRD_HOOK_PRE_ANNOUNCE, 1, "/bin/a")->rule.policy = FRRD_HOOK_ABORT;
	accepting = false;
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
	assert_int_equal(dones, 0);
	EVENT_RUN_NEXT(frrd_loop);
	assert_int_equal(dones, 1);
	assert_false(last_go_on);
	assert_non_null(strstr(journal, "\"end\":\"not-run\""));
	assert_non_null(strstr(journal, "too long"));
}

/* --- the journal ----------------------------------------------------------- */

static void test_journal(void **state)
{
	add(FRRD_HOOK_POST_ANNOUNCE, 30, "/bin/a b \"c\"");
	assert_true(run(FRRD_HOOK_POST_ANNOUNCE));
	end_with(0, "one\ntwo \033[1m\xff\xc3\xbc \"x\"\n\n");
	assert_string_equal(journal,
			    "{\"event\":\"post-announce\",\"sequence\":30,\"command\":\"/bin/a b "
			    "\\\"c\\\"\",\"end\":\"exited\",\"code\":0,\"ranMs\":12,\"repeats\":0,"
			    "\"failed\":false,\"next\":\"continue\",\"output\":\"one\\ntwo "
			    "?[1m??? \\\"x\\\"\"}");
}

static void test_journal_of_ends(void **state)
{
	static const struct {
		struct frrd_ipc_done result;
		const char *text;
	} ends[] = {
		{ { .end = FRRD_IPC_SIGNALLED, .code = 9 }, "\"end\":\"signalled\",\"code\":9," },
		{ { .end = FRRD_IPC_TIMED_OUT, .ran_ms = 1001 }, "\"end\":\"timed-out\",\"ranMs\":1001" },
		{ { .end = FRRD_IPC_NOT_RUN, .output = "no", .output_length = 2 },
		  "\"end\":\"not-run\",\"ranMs\":0," },
		{ { .end = FRRD_IPC_EXITED, .truncated = true }, "\"truncated\":true}" },
	};

	add(FRRD_HOOK_PRE_ANNOUNCE, 1, "/bin/a");
	for (size_t i = 0; i < array_size(ends); i++) {
		struct frrd_ipc_done result = ends[i].result;

		if (!result.output)
			result.output = "";
		assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
		end_as(&result);
		if (!strstr(journal, ends[i].text))
			fail_msg("%s has no %s", journal, ends[i].text);
	}
}

static void test_long_output(void **state)
{
	char *text = XCALLOC(MTYPE_TMP, FRRD_IPC_OUTPUT + 1);

	memset(text, 'x', FRRD_IPC_OUTPUT);
	add(FRRD_HOOK_PRE_ANNOUNCE, 1, "/bin/a");
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
	end_with(0, text);
	assert_in_range(strlen(journal), 4096, 4400);
	assert_non_null(strstr(journal, "\"truncated\":true"));
	XFREE(MTYPE_TMP, text);
}

/* --- owners, and what hangs on decisions ------------------------------------ */

static void decide(enum frrd_state to, enum frrd_reason reason)
{
	enum frrd_state from = group.fsm.state;

	group.fsm.state = to;
	hook_call(frrd_decision, &group, from, to, reason);
}

static const char *owners(void)
{
	static char text[64];
	const char *from = strstr(running()->env, "FRRD_FROM=");
	const char *end = strstr(from, "|FRRD_REASON=");

	snprintf(text, sizeof(text), "%.*s", (int)(end - from), from);
	return text;
}

static void test_owner_before(void **state)
{
	add(FRRD_HOOK_POST_ANNOUNCE, 1, "/bin/a");
	assert_true(frrd_hook_step(&group, FRRD_HOOK_POST_ANNOUNCE, FRRD_REASON_UNOWNED, done));
	assert_string_equal(owners(), "FRRD_FROM=|FRRD_TO=dc2");
	end_with(0, "");
	group.fsm.last_owner = 1;
	decide(FRRD_STATE_CLAIMING, FRRD_REASON_OWNER_GONE);
	group.fsm.last_owner = 2; /* as when the group is announced */
	decide(FRRD_STATE_ACTIVATING, FRRD_REASON_OWNER_GONE);
	assert_true(frrd_hook_step(&group, FRRD_HOOK_POST_ANNOUNCE, FRRD_REASON_OWNER_GONE, done));
	assert_string_equal(owners(), "FRRD_FROM=dc1|FRRD_TO=dc2");
}

static void test_successor(void **state)
{
	add(FRRD_HOOK_POST_WITHDRAW, 1, "/bin/a");
	assert_true(frrd_hook_step(&group, FRRD_HOOK_POST_WITHDRAW, FRRD_REASON_COMMAND_RELEASE,
				   done));
	assert_string_equal(owners(), "FRRD_FROM=dc2|FRRD_TO=");
	end_with(0, "");
	group.fsm.grant_to = 1;
	assert_true(frrd_hook_step(&group, FRRD_HOOK_POST_WITHDRAW, FRRD_REASON_HANDED_OVER, done));
	assert_string_equal(owners(), "FRRD_FROM=dc2|FRRD_TO=dc1");
	end_with(0, "");

	group.policy.arbiter = FRRD_ARBITER_MANUAL;
	group.fsm.release_cause = FRRD_REASON_COMMAND_SWITCHOVER_AWAY;
	strlcpy(group.peer, "dc1", sizeof(group.peer));
	assert_true(frrd_hook_step(&group, FRRD_HOOK_POST_WITHDRAW,
				   FRRD_REASON_COMMAND_SWITCHOVER_AWAY, done));
	assert_string_equal(owners(), "FRRD_FROM=dc2|FRRD_TO=dc1");
}

static void test_fenced(void **state)
{
	add(FRRD_HOOK_ON_FENCED, 1, "/bin/a");
	add(FRRD_HOOK_PRE_ANNOUNCE, 1, "/bin/b");
	group.fsm.last_owner = 2;
	decide(FRRD_STATE_RELEASING, FRRD_REASON_FENCED);
	assert_int_equal(started, 0); /* the withdrawal comes first */
	EVENT_RUN_NEXT(frrd_loop);
	assert_int_equal(started, 1);
	assert_string_equal(owners(), "FRRD_FROM=dc2|FRRD_TO=");
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
	frrd_hook_cancel(&group, "the group is withdrawn");
	assert_int_equal(killed, 1); /* the step's, not the report */
	end_by_signal();
	started = 1;
	end_with(0, "");
	assert_int_equal(dones, 0);
}

static void test_failure(void **state)
{
	add(FRRD_HOOK_ON_FAILURE, 1, "/bin/a");
	decide(FRRD_STATE_STANDBY, FRRD_REASON_CLAIM_CANCELLED);
	decide(FRRD_STATE_STANDBY, FRRD_REASON_REQUEST_TIMEOUT);
	EVENT_RUN_NEXT(frrd_loop);
	assert_int_equal(started, 1);
	assert_non_null(strstr(running()->env, "FRRD_EVENT=on-failure|"));
	assert_non_null(strstr(running()->env, "FRRD_REASON=request-timeout|"));
	end_with(0, "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(nothing_to_run),
		TEST(order),
		TEST(sites),
		TEST(environment),
		TEST(many_prefixes),
		TEST(abort),
		TEST(retry),
		TEST(configuration_changes),
		TEST(moved_on),
		TEST(next_step_waits),
		TEST(moved_on_while_it_waits),
		TEST(does_not_go),
		TEST(moved_on_between_two_runs),
		TEST(stop),
		TEST(any_here),
		TEST(longest),
		TEST(not_handed_over),
		TEST(journal),
		TEST(journal_of_ends),
		TEST(long_output),
		TEST(owner_before),
		TEST(successor),
		TEST(fenced),
		TEST(failure),
	};
	int failed;

	frrd_loop = event_master_create("test");
	frrd_hook_init(&fake);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	event_master_free(frrd_loop);
	return failed;
}
