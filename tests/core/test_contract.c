// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The checks of contract.c can fail: each violating step is a good one with one thing
 * changed, and is reported with its own message.
 */

#include <string.h>

#include "tests/core/good_steps.h"

/* Give another reason everywhere, so that nothing but the reason is wrong. */
static void call_it(struct step *step, enum frrd_reason reason)
{
	step->after.reason = reason;
	step->after.release_cause = reason;
	for (size_t i = 0; i < step->actions.count; i++)
		step->actions.list[i].reason = reason;
}

static void set_routes(struct step *step, struct frrd_routes routes)
{
	step->event.routes = routes;
	step->after.routes = routes;
}

static void swap_actions(struct step *step)
{
	struct frrd_action first = step->actions.list[0];

	step->actions.list[0] = step->actions.list[1];
	step->actions.list[1] = first;
}

#define SPOIL(name, good, message, ...)                                                            \
	static const char *spoil_##name(struct step *s)                                            \
	{                                                                                          \
		*s = good_##good();                                                                       \
		__VA_ARGS__;                                                                       \
		return message;                                                                    \
	}
/* clang-format off */
SPOIL(two_records, held, "one record a step",
      step_add(s, FRRD_ACTION_RECORD))
SPOIL(silent_reason, overdue, "every new state and every new reason is recorded",
      step_drop(s, FRRD_ACTION_RECORD))
SPOIL(empty_record, quiet, "a record says something new",
      step_add(s, FRRD_ACTION_RECORD))
SPOIL(refused_but_done, refused, "a refused command changes nothing",
      s->after.held = true)
SPOIL(refused_and_more, refused, "a refused command changes nothing",
      s->after.state = FRRD_STATE_CLAIMING; step_add(s, FRRD_ACTION_RECORD))
SPOIL(accepted_but_not_done, refused, "an accepted command changes something",
      s->actions.list[0].type = FRRD_ACTION_ACCEPT)
SPOIL(action_for_nothing, quiet, "an event that changes nothing yields no action",
      step_add(s, FRRD_ACTION_ANNOUNCE))
SPOIL(no_such_reason, refused, "every answer and every record has a reason",
      s->actions.list[0].reason = FRRD_REASON_COUNT)
SPOIL(record_first, claim, "answer, then record, then what is done to routes",
      swap_actions(s))
SPOIL(announce_first, claim_done, "answer, then record, then what is done to routes",
      swap_actions(s))
SPOIL(record_from, installed, "a record tells the transition that happened",
      s->actions.list[0].from = FRRD_STATE_STANDBY)
SPOIL(record_to, installed, "a record tells the transition that happened",
      s->actions.list[0].to = FRRD_STATE_STANDBY)
SPOIL(record_reason, installed, "answer and record give the reason that the group shows",
      s->actions.list[0].reason = FRRD_REASON_ROUTES_NONE)
SPOIL(cause_not_kept, release, "the cause of a release is the reason why it began",
      s->after.release_cause = FRRD_REASON_STARTED)
SPOIL(cause_changed, overdue, "the cause of a release is kept until the next one",
      s->after.release_cause = FRRD_REASON_WITHDRAW_UNCONFIRMED)
SPOIL(cause_forgotten, released, "the cause of a release is kept until the next one",
      s->after.release_cause = FRRD_REASON_STARTED)
SPOIL(cause_invented, installed, "the cause of a release is kept until the next one",
      s->after.release_cause = FRRD_REASON_TAKEN_OVER)
SPOIL(cause_not_shown, released, "after a release the group shows its cause",
      s->after.reason = FRRD_REASON_ROUTES_WITHDRAWN)
SPOIL(cause_recorded, released, "the end of a release is recorded as such",
      s->actions.list[0].reason = FRRD_REASON_COMMAND_RELEASE)
SPOIL(since_not_set, installed, "since_ms is when the state was entered",
      s->after.since_ms = 0)
SPOIL(since_set, overdue, "since_ms is when the state was entered",
      s->after.since_ms = s->event.now_ms)
SPOIL(held_by_itself, installed, "only hold holds and only resume resumes",
      s->after.held = true)
SPOIL(resumed_by_hold, held, "only hold holds and only resume resumes",
      s->before.held = true; s->after.held = false)
SPOIL(stopping_by_itself, installed, "shutdown, and nothing else, stops for good",
      s->after.stopping = true)
SPOIL(not_stopping, shutdown_owner, "shutdown, and nothing else, stops for good",
      s->after.stopping = false)
SPOIL(not_stopping_any_more, released, "shutdown, and nothing else, stops for good",
      s->before.stopping = true)
SPOIL(zebra_forgotten, installed, "zebra is up when it was last reported up",
      s->after.zebra_up = false)
SPOIL(zebra_unnoticed, quiet, "zebra is up when it was last reported up",
      s->event.type = FRRD_EVENT_ZEBRA_DOWN)
SPOIL(zebra_invented, installed, "zebra is up when it was last reported up",
      s->before.zebra_up = false)
SPOIL(routes_dropped, installed, "routes are the last snapshot",
      s->after.routes.installed = 1)
SPOIL(routes_invented, release, "routes are the last snapshot",
      s->after.routes.total = 0)
SPOIL(elsewhere_dropped, claim_done, "elsewhere is the last snapshot, or unknown",
      s->event.elsewhere.announced = 1)
SPOIL(elsewhere_invented, released, "elsewhere is the last snapshot, or unknown",
      s->before.elsewhere.unknown = 1)
SPOIL(waits_in_standby, released, "only a claim waits",
      s->after.claim_waits = true)
SPOIL(switchover_in_haste, claim, "a switchover waits, a failover does not",
      s->after.claim_waits = false)
SPOIL(claim_changes_kind, quiet, "a claim does not change its kind",
      *s = step_in(FRRD_STATE_CLAIMING, FRRD_EVENT_ROUTES); s->event.routes = s->before.routes;
      s->after.claim_waits = true)
SPOIL(claim_too_long, claim, "a claim may last handover_timeout_ms",
      s->after.deadline_ms++)
SPOIL(withdrawal_too_long, release, "a withdrawal may last withdraw_timeout_ms",
      s->after.deadline_ms++)
SPOIL(overdue_too_early, overdue, "a deadline is kept until it has passed",
      s->event.now_ms--)
SPOIL(deadline_dropped, quiet, "a deadline is kept until it has passed",
      *s = step_in(FRRD_STATE_RELEASING, FRRD_EVENT_CONFIG); s->after.deadline_ms = FRRD_NEVER)
SPOIL(deadline_moved, quiet, "a deadline does not move",
      *s = step_in(FRRD_STATE_RELEASING, FRRD_EVENT_CONFIG); s->after.deadline_ms++)
SPOIL(no_such_arrow, installed, "no such transition in the picture",
      s->before.state = FRRD_STATE_STANDBY; s->actions.list[0].from = FRRD_STATE_STANDBY)
SPOIL(announced_to_nobody, failover, "nothing is announced without zebra",
      s->before.zebra_up = false; s->after.zebra_up = false)
SPOIL(announced_by_nobody, failover, "nothing is announced by a site that is not a member",
      s->policy.member = false)
SPOIL(announced_to_nowhere, failover, "nothing is announced while a next-hop is missing",
      s->policy.complete = false)
SPOIL(announced_nothing, failover, "a group without prefixes is not announced",
      s->before.routes.total = 0; s->after.routes.total = 0)
SPOIL(active_without_routes, installed, "active is what zebra has confirmed",
      s->event.routes.installed = 0; s->after.routes.installed = 0)
SPOIL(active_while_pending, installed, "active is what zebra has confirmed",
      s->event.routes.pending = 1; s->after.routes.pending = 1)
SPOIL(active_in_part, installed, "active is what zebra has confirmed",
      s->event.routes.announced = 1; s->after.routes.announced = 1)
SPOIL(active_without_zebra, installed, "active is what zebra has confirmed",
      s->before.zebra_up = false; s->after.zebra_up = false)
SPOIL(released_without_zebra, released, "without zebra nothing confirms that a withdrawal is over",
      s->before.zebra_up = false; s->after.zebra_up = false)
SPOIL(not_removed, quiet, "a site that is no member any more withdraws",
      *s = step_in(FRRD_STATE_ACTIVE, FRRD_EVENT_CONFIG); s->policy.member = false)
SPOIL(stopping_owner, quiet, "a stopping group withdraws",
      *s = step_in(FRRD_STATE_ACTIVE, FRRD_EVENT_CONFIG);
      s->before.stopping = true; s->after.stopping = true)
SPOIL(held_claim, quiet, "a held group does not claim",
      *s = step_in(FRRD_STATE_CLAIMING, FRRD_EVENT_CONFIG);
      s->before.held = true; s->after.held = true)
SPOIL(held_but_moved, release, "a held group refuses every move",
      s->before.held = true; s->after.held = true)
#define TWO_ROUTES .total = 2, .announced = 2
#define YIELDS "a site that announces nothing yields to the one that does"
SPOIL(not_yielding, quiet, YIELDS,
      *s = step_in(FRRD_STATE_ACTIVE, FRRD_EVENT_ROUTES);
      set_routes(s, (struct frrd_routes){ TWO_ROUTES, .failed = 1, .lost = 1, .taken = 1 }))
SPOIL(not_yielding_held, quiet, YIELDS,
      *s = step_in(FRRD_STATE_ACTIVATING, FRRD_EVENT_ROUTES);
      s->before.held = true; s->after.held = true;
      set_routes(s, (struct frrd_routes){ TWO_ROUTES, .lost = 2, .taken = 2 }))
SPOIL(yielding_in_disguise, yielded, YIELDS,
      call_it(s, FRRD_REASON_ROUTES_NONE))
#define STAYS "a site that may announce something does not yield"
SPOIL(yielding_in_part, yielded, STAYS,
      set_routes(s, (struct frrd_routes){ TWO_ROUTES, .installed = 1, .lost = 1, .taken = 1 }))
SPOIL(yielding_too_early, yielded, STAYS,
      set_routes(s, (struct frrd_routes){ TWO_ROUTES, .pending = 1, .lost = 1, .taken = 1 }))
SPOIL(yielding_before_asking, yielded, STAYS,
      set_routes(s, (struct frrd_routes){ .total = 2, .announced = 1, .lost = 1, .taken = 1 }))
SPOIL(yielding_to_nobody, yielded, STAYS,
      set_routes(s, (struct frrd_routes){ TWO_ROUTES, .lost = 2 }))
SPOIL(yielding_without_zebra, yielded, STAYS,
      s->before.zebra_up = false; s->after.zebra_up = false)
SPOIL(yielding_on_command, release, "only routes tell that a group was taken over",
      call_it(s, FRRD_REASON_TAKEN_OVER))
/* clang-format on */

static const struct {
	const char *name;
	const char *(*spoil)(struct step *step);
} spoiled[] = {
#define SPOILED(name)                                                                              \
	{                                                                                          \
#name, spoil_##name                                                                \
	}
	SPOILED(two_records),
	SPOILED(silent_reason),
	SPOILED(empty_record),
	SPOILED(refused_but_done),
	SPOILED(refused_and_more),
	SPOILED(accepted_but_not_done),
	SPOILED(action_for_nothing),
	SPOILED(no_such_reason),
	SPOILED(record_first),
	SPOILED(announce_first),
	SPOILED(record_from),
	SPOILED(record_to),
	SPOILED(record_reason),
	SPOILED(cause_not_kept),
	SPOILED(cause_changed),
	SPOILED(cause_forgotten),
	SPOILED(cause_invented),
	SPOILED(cause_not_shown),
	SPOILED(cause_recorded),
	SPOILED(since_not_set),
	SPOILED(since_set),
	SPOILED(held_by_itself),
	SPOILED(resumed_by_hold),
	SPOILED(stopping_by_itself),
	SPOILED(not_stopping),
	SPOILED(not_stopping_any_more),
	SPOILED(zebra_forgotten),
	SPOILED(zebra_unnoticed),
	SPOILED(zebra_invented),
	SPOILED(routes_dropped),
	SPOILED(routes_invented),
	SPOILED(elsewhere_dropped),
	SPOILED(elsewhere_invented),
	SPOILED(waits_in_standby),
	SPOILED(switchover_in_haste),
	SPOILED(claim_changes_kind),
	SPOILED(claim_too_long),
	SPOILED(withdrawal_too_long),
	SPOILED(overdue_too_early),
	SPOILED(deadline_dropped),
	SPOILED(deadline_moved),
	SPOILED(no_such_arrow),
	SPOILED(announced_to_nobody),
	SPOILED(announced_by_nobody),
	SPOILED(announced_to_nowhere),
	SPOILED(announced_nothing),
	SPOILED(active_without_routes),
	SPOILED(active_while_pending),
	SPOILED(active_in_part),
	SPOILED(active_without_zebra),
	SPOILED(released_without_zebra),
	SPOILED(not_removed),
	SPOILED(stopping_owner),
	SPOILED(held_claim),
	SPOILED(held_but_moved),
	SPOILED(not_yielding),
	SPOILED(not_yielding_held),
	SPOILED(yielding_in_disguise),
	SPOILED(yielding_in_part),
	SPOILED(yielding_too_early),
	SPOILED(yielding_before_asking),
	SPOILED(yielding_to_nobody),
	SPOILED(yielding_without_zebra),
	SPOILED(yielding_on_command),
};

static void test_contract_can_fail(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(spoiled); i++) {
		struct step step;
		const char *expected = spoiled[i].spoil(&step);
		const char *violation = contract_violation(&step);

		if (!violation || strcmp(violation, expected) != 0)
			fail_msg("%s: expected \"%s\", got \"%s\"", spoiled[i].name, expected,
				 violation ? violation : "nothing");
	}
}

int main(void)
{
	const struct CMUnitTest contract[] = {
		cmocka_unit_test(test_contract_can_fail),
	};

	return cmocka_run_group_tests(contract, NULL, NULL);
}
