// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guards of a takeover: each alone, all combinations in order, and that
 * step() obeys the same list that `show ... why` prints (with the arbiter bgp:
 * test_bgp_takeover.c).  And every word that the core has for people and scripts.
 */

#include <ctype.h>
#include <string.h>

#include "tests/core/support.h"

/* --- guards ------------------------------------------------------------------- */

/* What has to be wrong for a guard to fail, and how that is called. */
struct situation {
	struct frrd_group group;
	struct frrd_policy policy;
};

static void end_daemon(struct situation *s)
{
	s->group.stopping = true;
}

static void no_member(struct situation *s)
{
	s->policy.member = false;
}

static void no_prefix(struct situation *s)
{
	s->group.routes.total = 0;
}

static void no_next_hop(struct situation *s)
{
	s->policy.complete = false;
}

static void hold(struct situation *s)
{
	s->group.held = true;
}

static void claim(struct situation *s)
{
	s->group.state = FRRD_STATE_CLAIMING;
	s->group.deadline_ms = 1000;
}

static void no_zebra(struct situation *s)
{
	s->group.zebra_up = false;
}

static void unanswered(struct situation *s)
{
	s->group.elsewhere.unknown = 1;
}

static void taken(struct situation *s)
{
	s->group.elsewhere.announced = 1;
}

static void maintain(struct situation *s)
{
	s->policy.maintenance = FRRD_SITE_BIT(s->policy.self);
}

static void sicken(struct situation *s)
{
	s->group.unhealthy = true;
}

static void no_quorum(struct situation *s)
{
	s->group.quorum_since_ms = FRRD_NEVER;
}

static void unsettle(struct situation *s)
{
	s->group.settled = false;
}

static void others_claim(struct situation *s)
{
	s->group.view.claims = FRRD_SITE_BIT(2);
}

static const struct {
	enum frrd_guard guard;
	void (*break_it)(struct situation *s);
	enum frrd_reason reason;
	const char *code;
} guards[] = {
	{ FRRD_GUARD_RUNNING, end_daemon, FRRD_REASON_STOPPING, "running" },
	{ FRRD_GUARD_MEMBER, no_member, FRRD_REASON_NOT_MEMBER, "member" },
	{ FRRD_GUARD_PREFIXES, no_prefix, FRRD_REASON_NO_PREFIX, "prefixes" },
	{ FRRD_GUARD_NEXTHOPS, no_next_hop, FRRD_REASON_INCOMPLETE, "next-hops" },
	{ FRRD_GUARD_NOT_HELD, hold, FRRD_REASON_HELD, "not-held" },
	{ FRRD_GUARD_IDLE, claim, FRRD_REASON_BUSY_CLAIMING, "idle" },
	{ FRRD_GUARD_ZEBRA, no_zebra, FRRD_REASON_ZEBRA_DOWN, "zebra" },
	{ FRRD_GUARD_MAINTENANCE, maintain, FRRD_REASON_MAINTENANCE, "maintenance" },
	{ FRRD_GUARD_HEALTHY, sicken, FRRD_REASON_UNHEALTHY, "healthy" },
	{ FRRD_GUARD_QUORUM, no_quorum, FRRD_REASON_NO_QUORUM, "quorum" },
	{ FRRD_GUARD_SETTLED, unsettle, FRRD_REASON_SETTLING, "settled" },
	{ FRRD_GUARD_TRACKED, unanswered, FRRD_REASON_UNTRACKED, "tracked" },
	{ FRRD_GUARD_ELSEWHERE, taken, FRRD_REASON_ELSEWHERE, "elsewhere" },
	{ FRRD_GUARD_CLAIMED, others_claim, FRRD_REASON_CLAIMED, "claimed" },
};

#define ALL_WELL 0
#define EVERY_SITUATION (1u << FRRD_GUARD_COUNT)
/* The guards that only the arbiter bgp asks. */
#define OF_THE_SITES                                                                               \
	(1u << FRRD_GUARD_MAINTENANCE | 1u << FRRD_GUARD_HEALTHY | 1u << FRRD_GUARD_QUORUM |       \
	 1u << FRRD_GUARD_SETTLED | 1u << FRRD_GUARD_CLAIMED)

/* A standby group that may be taken over, but for the guards in `broken`. */
static struct situation situation_with(unsigned int broken)
{
	struct situation s = { .policy = usual_policy() };

	s.policy.arbiter = FRRD_ARBITER_BGP;
	s.policy.self = 1;
	frrd_group_init(&s.group, 0);
	s.group.quorum_since_ms = 0;
	s.group.settled = true;
	s.group.zebra_up = true;
	s.group.routes.total = 2;
	s.group.elsewhere = (struct frrd_elsewhere){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(guards); i++)
		if (broken & (1u << i))
			guards[i].break_it(&s);
	return s;
}

/* The table has every guard, in the order of the enum. */
static void test_guards_are_complete(void **state)
{
	(void)state;
	assert_int_equal(ARRAY_SIZE(guards), FRRD_GUARD_COUNT);
	for (size_t i = 0; i < ARRAY_SIZE(guards); i++) {
		assert_int_equal(guards[i].guard, i);
		assert_string_equal(frrd_guard_code(guards[i].guard), guards[i].code);
	}
}

static void test_nothing_in_the_way(void **state)
{
	struct situation s = situation_with(ALL_WELL);
	struct frrd_check checks[FRRD_GUARD_COUNT];

	(void)state;
	frrd_takeover_checks(&s.group, &s.policy, checks);
	for (size_t i = 0; i < FRRD_GUARD_COUNT; i++)
		assert_true(checks[i].ok);
	assert_int_equal(frrd_first_failed(checks, FRRD_GUARD_COUNT), FRRD_GUARD_COUNT);
}

/* One thing is wrong: its guard fails with its reason, and no other. */
static void test_each_guard_alone(void **state)
{
	(void)state;
	for (size_t broken = 0; broken < ARRAY_SIZE(guards); broken++) {
		struct situation s = situation_with(1u << broken);
		struct frrd_check checks[FRRD_GUARD_COUNT];

		memset(checks, 0xff, sizeof(checks));
		frrd_takeover_checks(&s.group, &s.policy, checks);
		for (size_t i = 0; i < FRRD_GUARD_COUNT; i++)
			assert_int_equal(checks[i].ok, i != broken);
		assert_int_equal(checks[broken].reason, guards[broken].reason);
		assert_int_equal(frrd_first_failed(checks, FRRD_GUARD_COUNT), broken);
	}
}

/* The manual arbiter leaves to the operator what the sites say. */
static void test_manual_asks_the_sites_nothing(void **state)
{
	static const enum frrd_arbiter arbiters[] = { FRRD_ARBITER_NONE, FRRD_ARBITER_MANUAL };

	(void)state;
	for (size_t n = 0; n < ARRAY_SIZE(arbiters); n++) {
		struct situation s = situation_with(EVERY_SITUATION - 1);
		struct frrd_check checks[FRRD_GUARD_COUNT];

		s.policy.arbiter = arbiters[n];
		frrd_takeover_checks(&s.group, &s.policy, checks);
		for (size_t i = 0; i < FRRD_GUARD_COUNT; i++)
			assert_int_equal(checks[i].ok, OF_THE_SITES >> i & 1);
	}
}

/* A claim, or a grant, of another site; its own does not keep a site away. */
static void test_claimed(void **state)
{
	struct situation s = situation_with(ALL_WELL);
	struct frrd_check checks[FRRD_GUARD_COUNT];

	(void)state;
	s.group.view.claims = FRRD_SITE_BIT(1);
	s.group.view.grants = FRRD_SITE_BIT(1);
	frrd_takeover_checks(&s.group, &s.policy, checks);
	assert_true(checks[FRRD_GUARD_CLAIMED].ok);
	s.group.view.grants |= FRRD_SITE_BIT(15);
	frrd_takeover_checks(&s.group, &s.policy, checks);
	assert_false(checks[FRRD_GUARD_CLAIMED].ok);
}

/* Eligible is who fails none of the guards but idle, tracked, elsewhere, claimed. */
static void test_eligible(void **state)
{
	const unsigned int others = 1u << FRRD_GUARD_IDLE | 1u << FRRD_GUARD_TRACKED |
				    1u << FRRD_GUARD_ELSEWHERE | 1u << FRRD_GUARD_CLAIMED;

	(void)state;
	for (unsigned int broken = 0; broken < EVERY_SITUATION; broken++) {
		struct situation s = situation_with(broken);
		unsigned int asked = broken & ~others;
		enum frrd_reason reason = FRRD_REASON_COUNT;

		assert_int_equal(frrd_eligible(&s.group, &s.policy), asked == 0);
		assert_int_equal(frrd_first_failed_of(&s.group, &s.policy, FRRD_GUARDS_ELIGIBLE,
						      &reason),
				 asked ? __builtin_ctz(asked) : FRRD_GUARD_COUNT);
		assert_int_equal(reason, asked ? guards[__builtin_ctz(asked)].reason
					       : FRRD_REASON_COUNT);
	}
}

/* Every combination of guards against every limit: the first one below it. */
static void test_first_failed(void **state)
{
	(void)state;
	for (unsigned int broken = 0; broken < EVERY_SITUATION; broken++) {
		struct situation s = situation_with(broken);
		struct frrd_check checks[FRRD_GUARD_COUNT];

		frrd_takeover_checks(&s.group, &s.policy, checks);
		for (unsigned int limit = 0; limit <= FRRD_GUARD_COUNT; limit++) {
			unsigned int below = broken & ((1u << limit) - 1);
			unsigned int first =
				below ? (unsigned int)__builtin_ctz(below) : FRRD_GUARD_COUNT;

			assert_int_equal(frrd_first_failed(checks, (enum frrd_guard)limit), first);
		}
		for (size_t i = 0; i < FRRD_GUARD_COUNT; i++)
			assert_int_equal(checks[i].ok, !(broken & (1u << i)));
	}
}

/* A guard of a count looks at every value of it. */
static void test_counts(void **state)
{
	static const uint32_t counts[] = { 1, 2, 255, 256, 65536, UINT32_MAX };
	struct frrd_check checks[FRRD_GUARD_COUNT];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		struct situation s = situation_with(ALL_WELL);

		s.group.routes.total = counts[i];
		frrd_takeover_checks(&s.group, &s.policy, checks);
		assert_true(checks[FRRD_GUARD_PREFIXES].ok);
		s.group.elsewhere.announced = counts[i];
		frrd_takeover_checks(&s.group, &s.policy, checks);
		assert_int_equal(frrd_first_failed(checks, FRRD_GUARD_COUNT), FRRD_GUARD_ELSEWHERE);
		s.group.elsewhere.unknown = counts[i];
		frrd_takeover_checks(&s.group, &s.policy, checks);
		assert_int_equal(frrd_first_failed(checks, FRRD_GUARD_COUNT), FRRD_GUARD_TRACKED);
	}
}

/* The guard "idle" names what the group is busy with. */
static void test_idle_in_every_state(void **state)
{
	static const struct {
		bool ok;
		enum frrd_reason reason;
	} expected[STATE_COUNT] = {
		[FRRD_STATE_STANDBY] = { true, FRRD_REASON_STARTED },
		[FRRD_STATE_FENCED] = { true, FRRD_REASON_STARTED },
		[FRRD_STATE_HELD] = { true, FRRD_REASON_STARTED },
		[FRRD_STATE_REQUESTING] = { false, FRRD_REASON_BUSY_REQUESTING },
		[FRRD_STATE_DRAINING] = { false, FRRD_REASON_BUSY_DRAINING },
		[FRRD_STATE_CLAIMING] = { false, FRRD_REASON_BUSY_CLAIMING },
		[FRRD_STATE_ACTIVATING] = { false, FRRD_REASON_ALREADY_OWNER },
		[FRRD_STATE_ACTIVE] = { false, FRRD_REASON_ALREADY_OWNER },
		[FRRD_STATE_RELEASING] = { false, FRRD_REASON_BUSY_RELEASING },
	};
	struct frrd_check checks[FRRD_GUARD_COUNT];

	(void)state;
	for (int i = 0; i < STATE_COUNT; i++) {
		struct situation s = situation_with(ALL_WELL);

		s.group.state = (enum frrd_state)i;
		frrd_takeover_checks(&s.group, &s.policy, checks);
		assert_int_equal(checks[FRRD_GUARD_IDLE].ok, expected[i].ok);
		if (!expected[i].ok)
			assert_int_equal(checks[FRRD_GUARD_IDLE].reason, expected[i].reason);
	}
}

/* Counters of the routes, but for the number of prefixes, are nobody's business here. */
static void test_other_fields_do_not_matter(void **state)
{
	struct situation s = situation_with(ALL_WELL);
	struct frrd_check checks[FRRD_GUARD_COUNT];

	(void)state;
	s.group.reason = FRRD_REASON_CLAIM_TIMEOUT;
	s.group.release_cause = FRRD_REASON_TAKEN_OVER;
	s.group.since_ms = INT64_MIN;
	s.group.routes = (struct frrd_routes){ 1, 7, 7, 7, 7, 7, 7 };
	s.policy.handover_timeout_ms = 1;
	s.policy.withdraw_timeout_ms = 1;
	frrd_takeover_checks(&s.group, &s.policy, checks);
	assert_int_equal(frrd_first_failed(checks, FRRD_GUARD_COUNT), FRRD_GUARD_COUNT);
}

/*
 * step() obeys the guards, with the manual arbiter: for every combination of
 * broken ones each takeover command is refused with the reason of the first, but
 *  - force does not ask what is announced elsewhere;
 *  - a switchover waits for that instead;
 *  - a failover waits for missing answers, unless one that is in says no.
 * (Some combinations, as a held claim, do not occur; test_explore.c has those
 * that do.)
 */
static void test_step_obeys_the_guards(void **state)
{
	const unsigned int tracked = 1u << FRRD_GUARD_TRACKED;
	const unsigned int others = 1u << FRRD_GUARD_ELSEWHERE;
	const unsigned int own = EVERY_SITUATION - 1 - tracked - others;

	(void)state;
	for (unsigned int broken = 0; broken < EVERY_SITUATION; broken++) {
		struct situation s = situation_with(broken & ~OF_THE_SITES);

		if (broken & OF_THE_SITES)
			continue;
		s.policy.arbiter = FRRD_ARBITER_NONE;
		struct frrd_event failover = failover_at(1, false);
		struct frrd_event force = failover_at(1, true);
		struct frrd_event here = event_at(1, FRRD_EVENT_SWITCHOVER_HERE);
		struct step by_failover = try_step(&s.group, &s.policy, &failover);
		struct step by_force = try_step(&s.group, &s.policy, &force);
		struct step by_here = try_step(&s.group, &s.policy, &here);

		if (broken & own) {
			enum frrd_reason reason = guards[__builtin_ctz(broken)].reason;
			const struct step *all[] = { &by_failover, &by_force, &by_here };

			for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
				assert_int_equal(all[i]->actions.count, 1);
				assert_int_equal(all[i]->actions.list[0].type, FRRD_ACTION_REFUSE);
				assert_int_equal(all[i]->actions.list[0].reason, reason);
			}
			continue;
		}
		assert_int_equal(by_force.after.state, FRRD_STATE_ACTIVATING);
		assert_int_equal(by_here.after.state, broken & (tracked | others)
							      ? FRRD_STATE_CLAIMING
							      : FRRD_STATE_ACTIVATING);
		if (broken & others) {
			assert_int_equal(by_failover.actions.list[0].type, FRRD_ACTION_REFUSE);
			assert_int_equal(by_failover.actions.list[0].reason, FRRD_REASON_ELSEWHERE);
		} else {
			assert_int_equal(by_failover.after.state, broken & tracked
									  ? FRRD_STATE_CLAIMING
									  : FRRD_STATE_ACTIVATING);
		}
	}
}

/* --- words ---------------------------------------------------------------------- */

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

/* A reason that keeps a group from moving says what to do; a success does not have to. */
static void test_refusals_have_hints(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(guards); i++) {
		/* Nothing to do but wait, or nothing to do at all. */
		if (guards[i].guard == FRRD_GUARD_RUNNING ||
		    guards[i].guard == FRRD_GUARD_TRACKED ||
		    guards[i].guard == FRRD_GUARD_SETTLED)
			continue;
		if (frrd_reason_hint(guards[i].reason)[0] == '\0')
			fail_msg("%s has no hint", frrd_reason_code(guards[i].reason));
	}
	/* Nobody asked for it, and the cause is still to be found. */
	assert_string_not_equal(frrd_reason_hint(FRRD_REASON_TAKEN_OVER), "");
}

int main(void)
{
	const struct CMUnitTest decide[] = {
		cmocka_unit_test(test_guards_are_complete),
		cmocka_unit_test(test_nothing_in_the_way),
		cmocka_unit_test(test_each_guard_alone),
		cmocka_unit_test(test_manual_asks_the_sites_nothing),
		cmocka_unit_test(test_claimed),
		cmocka_unit_test(test_eligible),
		cmocka_unit_test(test_first_failed),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_idle_in_every_state),
		cmocka_unit_test(test_other_fields_do_not_matter),
		cmocka_unit_test(test_step_obeys_the_guards),
		cmocka_unit_test(test_kebab_case),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_guard_words),
		cmocka_unit_test(test_refusals_have_hints),
	};

	return cmocka_run_group_tests(decide, NULL, NULL);
}
