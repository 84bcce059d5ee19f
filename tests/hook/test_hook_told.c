// SPDX-License-Identifier: GPL-2.0-or-later
/* What the programs of hooks are told, and what the journal is told about them. */

#include <zebra.h>

#include <setjmp.h>
#include <cmocka.h>

#include "memory.h"

#include "frrd/frrd_hook_env.h"

#include "hook_kit.h"

/* --- the environment ------------------------------------------------------- */

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(environment),
		TEST(many_prefixes),
		TEST(owner_before),
		TEST(successor),
		TEST(journal),
		TEST(journal_of_ends),
		TEST(long_output),
	};

	return cmocka_run_group_tests(tests, setup_all, teardown_all);
}
