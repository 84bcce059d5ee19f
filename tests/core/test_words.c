// SPDX-License-Identifier: GPL-2.0-or-later
/* Every word that the core has for people and scripts: reasons, states, events, guards. */

#include <ctype.h>
#include <string.h>

#include "tests/core/support.h"

/* Codes are an interface for scripts: a change here is a change for them. */
static const char *const reason_codes[] = {
	[FRRD_REASON_STARTED] = "started",
	[FRRD_REASON_COMMAND_FAILOVER] = "command-failover",
	[FRRD_REASON_COMMAND_FORCE] = "command-force",
	[FRRD_REASON_COMMAND_SWITCHOVER_HERE] = "command-switchover-here",
	[FRRD_REASON_COMMAND_SWITCHOVER_AWAY] = "command-switchover-away",
	[FRRD_REASON_COMMAND_RELEASE] = "command-release",
	[FRRD_REASON_COMMAND_HOLD] = "command-hold",
	[FRRD_REASON_COMMAND_RESUME] = "command-resume",
	[FRRD_REASON_ELSEWHERE_GONE] = "elsewhere-gone",
	[FRRD_REASON_ROUTES_INSTALLED] = "routes-installed",
	[FRRD_REASON_ROUTES_DEGRADED] = "routes-degraded",
	[FRRD_REASON_ROUTES_NONE] = "routes-none",
	[FRRD_REASON_ROUTES_WITHDRAWN] = "routes-withdrawn",
	[FRRD_REASON_CLAIM_TIMEOUT] = "claim-timeout",
	[FRRD_REASON_CLAIM_CANCELLED] = "claim-cancelled",
	[FRRD_REASON_CLAIM_FOUND_ELSEWHERE] = "claim-found-elsewhere",
	[FRRD_REASON_WITHDRAW_UNCONFIRMED] = "withdraw-unconfirmed",
	[FRRD_REASON_ZEBRA_LOST] = "zebra-lost",
	[FRRD_REASON_ZEBRA_BACK] = "zebra-back",
	[FRRD_REASON_MEMBER_REMOVED] = "member-removed",
	[FRRD_REASON_TAKEN_OVER] = "taken-over",
	[FRRD_REASON_SHUTDOWN] = "shutdown",
	[FRRD_REASON_UNOWNED] = "unowned",
	[FRRD_REASON_OWNER_GONE] = "owner-gone",
	[FRRD_REASON_STALLED] = "stalled",
	[FRRD_REASON_GRANTED] = "granted",
	[FRRD_REASON_ASKED_REMOTELY] = "asked-remotely",
	[FRRD_REASON_COMMAND_REQUEST] = "command-request",
	[FRRD_REASON_REQUEST_TIMEOUT] = "request-timeout",
	[FRRD_REASON_REQUEST_CANCELLED] = "request-cancelled",
	[FRRD_REASON_GRANTED_TO_ANOTHER] = "granted-to-another",
	[FRRD_REASON_OWNER_CHANGED] = "owner-changed",
	[FRRD_REASON_MOVED] = "moved",
	[FRRD_REASON_NO_QUORUM] = "no-quorum",
	[FRRD_REASON_QUORUM_BACK] = "quorum-back",
	[FRRD_REASON_SETTLED] = "settled",
	[FRRD_REASON_FENCED] = "fenced",
	[FRRD_REASON_CONFLICT] = "conflict",
	[FRRD_REASON_CONFLICT_OVER] = "conflict-over",
	[FRRD_REASON_CONFLICT_YIELD] = "conflict-yield",
	[FRRD_REASON_GRANT_REQUESTED] = "grant-requested",
	[FRRD_REASON_GRANT_MAINTENANCE] = "grant-maintenance",
	[FRRD_REASON_GRANT_UNHEALTHY] = "grant-unhealthy",
	[FRRD_REASON_GRANT_FAILBACK] = "grant-failback",
	[FRRD_REASON_GRANT_TIMEOUT] = "grant-timeout",
	[FRRD_REASON_GRANT_CANCELLED] = "grant-cancelled",
	[FRRD_REASON_SUCCESSOR_LOST] = "successor-lost",
	[FRRD_REASON_HANDED_OVER] = "handed-over",
	[FRRD_REASON_UNHEALTHY_KEPT] = "unhealthy-kept",
	[FRRD_REASON_UNHEALTHY_WITHDRAWN] = "unhealthy-withdrawn",
	[FRRD_REASON_UNHEALTHY_AGAIN] = "unhealthy-again",
	[FRRD_REASON_HEALTHY_AGAIN] = "healthy-again",
	[FRRD_REASON_RESUMING] = "resuming",
	[FRRD_REASON_RESUMED] = "resumed",
	[FRRD_REASON_NOT_RESUMED] = "not-resumed",
	[FRRD_REASON_FORCE_NO_QUORUM] = "force-no-quorum",
	[FRRD_REASON_ARBITER_CHANGED] = "arbiter-changed",
	[FRRD_REASON_NOT_MEMBER] = "not-member",
	[FRRD_REASON_INCOMPLETE] = "incomplete",
	[FRRD_REASON_NO_PREFIX] = "no-prefix",
	[FRRD_REASON_HELD] = "held",
	[FRRD_REASON_NOT_HELD] = "not-held",
	[FRRD_REASON_ALREADY_HELD] = "already-held",
	[FRRD_REASON_ALREADY_OWNER] = "already-owner",
	[FRRD_REASON_NOT_OWNER] = "not-owner",
	[FRRD_REASON_BUSY_CLAIMING] = "busy-claiming",
	[FRRD_REASON_BUSY_RELEASING] = "busy-releasing",
	[FRRD_REASON_ZEBRA_DOWN] = "zebra-down",
	[FRRD_REASON_ELSEWHERE] = "announced-elsewhere",
	[FRRD_REASON_UNTRACKED] = "untracked",
	[FRRD_REASON_STOPPING] = "stopping",
	[FRRD_REASON_MAINTENANCE] = "maintenance",
	[FRRD_REASON_UNHEALTHY] = "unhealthy",
	[FRRD_REASON_SETTLING] = "settling",
	[FRRD_REASON_CLAIMED] = "claimed",
	[FRRD_REASON_SUCCESSOR_NOT_READY] = "successor-not-ready",
	[FRRD_REASON_NO_OWNER] = "no-owner",
	[FRRD_REASON_OWNER_ALIVE] = "owner-alive",
	[FRRD_REASON_COMMAND_ELSEWHERE] = "command-elsewhere",
	[FRRD_REASON_ALREADY_THERE] = "already-there",
	[FRRD_REASON_BUSY_REQUESTING] = "busy-requesting",
	[FRRD_REASON_BUSY_DRAINING] = "busy-draining",
};

static const char *const state_names[] = {
	[FRRD_STATE_STANDBY] = "standby",	[FRRD_STATE_REQUESTING] = "requesting",
	[FRRD_STATE_CLAIMING] = "claiming",	[FRRD_STATE_ACTIVATING] = "activating",
	[FRRD_STATE_ACTIVE] = "active",		[FRRD_STATE_DRAINING] = "draining",
	[FRRD_STATE_RELEASING] = "releasing",	[FRRD_STATE_FENCED] = "fenced",
	[FRRD_STATE_HELD] = "held",
};

static const char *const event_names[] = {
	[FRRD_EVENT_CONFIG] = "config",
	[FRRD_EVENT_FAILOVER] = "failover",
	[FRRD_EVENT_FAILOVER_TO] = "failover-to",
	[FRRD_EVENT_SWITCHOVER_HERE] = "switchover-here",
	[FRRD_EVENT_SWITCHOVER_AWAY] = "switchover-away",
	[FRRD_EVENT_RELEASE] = "release",
	[FRRD_EVENT_HOLD] = "hold",
	[FRRD_EVENT_RESUME] = "resume",
	[FRRD_EVENT_ROUTES] = "routes",
	[FRRD_EVENT_ELSEWHERE] = "elsewhere",
	[FRRD_EVENT_ZEBRA_UP] = "zebra-up",
	[FRRD_EVENT_ZEBRA_DOWN] = "zebra-down",
	[FRRD_EVENT_VIEW] = "view",
	[FRRD_EVENT_HEALTH] = "health",
	[FRRD_EVENT_STALL] = "stall",
	[FRRD_EVENT_RESTORE] = "restore",
	[FRRD_EVENT_TICK] = "tick",
	[FRRD_EVENT_SHUTDOWN] = "shutdown",
};

/* Words of lower-case letters, joined by single hyphens. */
static bool is_kebab_case(const char *word)
{
	for (size_t i = 0; word[i] != '\0'; i++) {
		bool hyphen = word[i] == '-';

		if (!hyphen && !(word[i] >= 'a' && word[i] <= 'z'))
			return false;
		if (hyphen && (i == 0 || word[i + 1] == '-' || word[i + 1] == '\0'))
			return false;
	}
	return word[0] != '\0';
}

/* One sentence that fits into a line of output, without a full stop. */
static bool is_sentence(const char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i++)
		if (!isprint((unsigned char)text[i]))
			return false;
	return length >= 10 && length <= 120 && strchr(text, ' ') &&
	       !strchr(".,;: ", text[length - 1]) && !isspace((unsigned char)text[0]) &&
	       !strstr(text, "  ");
}

static void assert_all_different(const char *(*word)(int), int count)
{
	for (int i = 0; i < count; i++)
		for (int j = 0; j < i; j++)
			assert_string_not_equal(word(i), word(j));
}

static const char *reason_code(int i)
{
	return frrd_reason_code((enum frrd_reason)i);
}

static const char *reason_text(int i)
{
	return frrd_reason_text((enum frrd_reason)i);
}

static const char *state_name(int i)
{
	return frrd_state_name((enum frrd_state)i);
}

static const char *event_name(int i)
{
	return frrd_event_name((enum frrd_event_type)i);
}

static const char *guard_code(int i)
{
	return frrd_guard_code((enum frrd_guard)i);
}

static const char *guard_text(int i)
{
	return frrd_guard_text((enum frrd_guard)i);
}

static void test_kebab_case(void **state)
{
	(void)state;
	assert_true(is_kebab_case("a-bc-d"));
	assert_false(is_kebab_case(""));
	assert_false(is_kebab_case("-a"));
	assert_false(is_kebab_case("a-"));
	assert_false(is_kebab_case("a--b"));
	assert_false(is_kebab_case("a_b"));
	assert_false(is_kebab_case("A"));
	assert_false(is_kebab_case("a b"));
}

static void test_reasons(void **state)
{
	(void)state;
	assert_int_equal(ARRAY_SIZE(reason_codes), FRRD_REASON_COUNT);
	for (int i = 0; i < FRRD_REASON_COUNT; i++) {
		const char *hint = frrd_reason_hint((enum frrd_reason)i);

		assert_string_equal(reason_code(i), reason_codes[i]);
		assert_true(is_kebab_case(reason_code(i)));
		assert_non_null(reason_text(i));
		if (!is_sentence(reason_text(i)))
			fail_msg("text of %s: \"%s\"", reason_code(i), reason_text(i));
		assert_non_null(hint);
		if (hint[0] != '\0' && !is_sentence(hint))
			fail_msg("hint of %s: \"%s\"", reason_code(i), hint);
	}
	assert_all_different(reason_code, FRRD_REASON_COUNT);
	assert_all_different(reason_text, FRRD_REASON_COUNT);
}

static void test_states(void **state)
{
	(void)state;
	assert_int_equal(ARRAY_SIZE(state_names), STATE_COUNT);
	for (int i = 0; i < STATE_COUNT; i++) {
		assert_string_equal(state_name(i), state_names[i]);
		assert_true(is_kebab_case(state_name(i)));
	}
	assert_all_different(state_name, STATE_COUNT);
	/* A state that this file does not know would have a name. */
	assert_string_equal(state_name(STATE_COUNT), "?");
}

static void test_events(void **state)
{
	(void)state;
	assert_int_equal(ARRAY_SIZE(event_names), EVENT_COUNT);
	for (int i = 0; i < EVENT_COUNT; i++) {
		assert_string_equal(event_name(i), event_names[i]);
		assert_true(is_kebab_case(event_name(i)));
	}
	assert_all_different(event_name, EVENT_COUNT);
	assert_string_equal(event_name(EVENT_COUNT), "?");
}

static void test_guard_words(void **state)
{
	(void)state;
	for (int i = 0; i < FRRD_GUARD_COUNT; i++) {
		assert_true(is_kebab_case(guard_code(i)));
		assert_true(is_sentence(guard_text(i)));
	}
	assert_all_different(guard_code, FRRD_GUARD_COUNT);
	assert_all_different(guard_text, FRRD_GUARD_COUNT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kebab_case),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_guard_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
