// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The invariants can fail: steps that the state machine should never do (here with
 * the manual arbiter; test_bgp_invariants.c has the other one), made by hand, each reported with its own message.  Every violating step is a good one
 * with one thing changed, so that only the invariant in question can notice.
 *
 * The second half does the same for the checks of contract.c.
 */

#include <string.h>

#include "tests/core/support.h"

static void add(struct step *step, enum frrd_action_type type)
{
	struct frrd_action action = { .type = type, .reason = step->after.reason };

	assert_true(step->actions.count < FRRD_ACTIONS_MAX);
	if (type == FRRD_ACTION_RECORD) {
		action.from = step->before.state;
		action.to = step->after.state;
	}
	step->actions.list[step->actions.count++] = action;
}

static void drop(struct step *step, enum frrd_action_type type)
{
	size_t kept = 0;

	for (size_t i = 0; i < step->actions.count; i++)
		if (step->actions.list[i].type != type)
			step->actions.list[kept++] = step->actions.list[i];
	assert_int_not_equal(kept, step->actions.count);
	step->actions.count = kept;
}

static struct step stay_in(enum frrd_state state, enum frrd_event_type type)
{
	struct step step;

	memset(&step, 0, sizeof(step));
	frrd_group_init(&step.before, 0);
	step.before.state = state;
	step.before.zebra_up = true;
	step.before.elsewhere = (struct frrd_elsewhere){ 0 };
	step.before.routes.total = 2;
	if (state == FRRD_STATE_CLAIMING || state == FRRD_STATE_RELEASING)
		step.before.deadline_ms = 5000;
	step.after = step.before;
	step.policy = usual_policy();
	step.event = event_at(1000, type);
	return step;
}

static void move_to(struct step *step, enum frrd_state state, enum frrd_reason reason)
{
	step->after.state = state;
	step->after.reason = reason;
	step->after.since_ms = step->event.now_ms;
	step->after.deadline_ms = FRRD_NEVER;
	add(step, FRRD_ACTION_RECORD);
}

/* --- good steps ------------------------------------------------------------------ */

static struct step quiet(void)
{
	return stay_in(FRRD_STATE_STANDBY, FRRD_EVENT_CONFIG);
}

static struct step refused(void)
{
	struct step step = stay_in(FRRD_STATE_STANDBY, FRRD_EVENT_RELEASE);

	add(&step, FRRD_ACTION_REFUSE);
	step.actions.list[0].reason = FRRD_REASON_NOT_OWNER;
	return step;
}

static struct step failover(void)
{
	struct step step = stay_in(FRRD_STATE_STANDBY, FRRD_EVENT_FAILOVER);

	step.after.reason = FRRD_REASON_COMMAND_FAILOVER;
	add(&step, FRRD_ACTION_ACCEPT);
	move_to(&step, FRRD_STATE_ACTIVATING, FRRD_REASON_COMMAND_FAILOVER);
	add(&step, FRRD_ACTION_ANNOUNCE);
	return step;
}

static struct step forced(void)
{
	struct step step = failover();

	step.event.force = true;
	step.before.elsewhere = (struct frrd_elsewhere){ .announced = 1, .unknown = 1 };
	step.after.elsewhere = step.before.elsewhere;
	return step;
}

static struct step claim(void)
{
	struct step step = stay_in(FRRD_STATE_STANDBY, FRRD_EVENT_SWITCHOVER_HERE);

	step.after.reason = FRRD_REASON_COMMAND_SWITCHOVER_HERE;
	add(&step, FRRD_ACTION_ACCEPT);
	move_to(&step, FRRD_STATE_CLAIMING, FRRD_REASON_COMMAND_SWITCHOVER_HERE);
	step.after.claim_waits = true;
	step.after.deadline_ms = step.event.now_ms + HANDOVER_TIMEOUT_MS;
	return step;
}

static struct step claim_done(void)
{
	struct step step = stay_in(FRRD_STATE_CLAIMING, FRRD_EVENT_ELSEWHERE);

	move_to(&step, FRRD_STATE_ACTIVATING, FRRD_REASON_ELSEWHERE_GONE);
	add(&step, FRRD_ACTION_ANNOUNCE);
	return step;
}

static struct step installed(void)
{
	struct step step = stay_in(FRRD_STATE_ACTIVATING, FRRD_EVENT_ROUTES);

	step.event.routes = (struct frrd_routes){ .total = 2, .announced = 2, .installed = 2 };
	step.after.routes = step.event.routes;
	move_to(&step, FRRD_STATE_ACTIVE, FRRD_REASON_ROUTES_INSTALLED);
	return step;
}

static struct step release(void)
{
	struct step step = stay_in(FRRD_STATE_ACTIVE, FRRD_EVENT_RELEASE);

	step.after.reason = FRRD_REASON_COMMAND_RELEASE;
	add(&step, FRRD_ACTION_ACCEPT);
	move_to(&step, FRRD_STATE_RELEASING, FRRD_REASON_COMMAND_RELEASE);
	step.after.release_cause = FRRD_REASON_COMMAND_RELEASE;
	step.after.deadline_ms = step.event.now_ms + WITHDRAW_TIMEOUT_MS;
	add(&step, FRRD_ACTION_WITHDRAW);
	return step;
}

static struct step yielded(void)
{
	struct step step = stay_in(FRRD_STATE_ACTIVE, FRRD_EVENT_ROUTES);

	step.event.routes =
		(struct frrd_routes){ .total = 2, .announced = 2, .lost = 2, .taken = 1 };
	step.after.routes = step.event.routes;
	move_to(&step, FRRD_STATE_RELEASING, FRRD_REASON_TAKEN_OVER);
	step.after.release_cause = FRRD_REASON_TAKEN_OVER;
	step.after.deadline_ms = step.event.now_ms + WITHDRAW_TIMEOUT_MS;
	add(&step, FRRD_ACTION_WITHDRAW);
	return step;
}

static struct step yielded_held(void)
{
	struct step step = yielded();

	step.before.held = true;
	step.after.held = true;
	return step;
}

static struct step shutdown_owner(void)
{
	struct step step = release();

	step.event.type = FRRD_EVENT_SHUTDOWN;
	drop(&step, FRRD_ACTION_ACCEPT);
	step.after.stopping = true;
	step.after.reason = FRRD_REASON_SHUTDOWN;
	step.after.release_cause = FRRD_REASON_SHUTDOWN;
	step.actions.list[0].reason = FRRD_REASON_SHUTDOWN;
	return step;
}

static struct step released(void)
{
	struct step step = stay_in(FRRD_STATE_RELEASING, FRRD_EVENT_ROUTES);

	step.event.routes = step.before.routes;
	step.before.release_cause = FRRD_REASON_COMMAND_RELEASE;
	step.after.release_cause = FRRD_REASON_COMMAND_RELEASE;
	move_to(&step, FRRD_STATE_STANDBY, FRRD_REASON_ROUTES_WITHDRAWN);
	step.after.reason = FRRD_REASON_COMMAND_RELEASE;
	return step;
}

static struct step overdue(void)
{
	struct step step = stay_in(FRRD_STATE_RELEASING, FRRD_EVENT_TICK);

	step.event.now_ms = step.before.deadline_ms;
	step.after.deadline_ms = FRRD_NEVER;
	step.after.reason = FRRD_REASON_WITHDRAW_UNCONFIRMED;
	add(&step, FRRD_ACTION_RECORD);
	return step;
}

static struct step held(void)
{
	struct step step = stay_in(FRRD_STATE_ACTIVE, FRRD_EVENT_HOLD);

	step.after.held = true;
	step.after.reason = FRRD_REASON_COMMAND_HOLD;
	add(&step, FRRD_ACTION_ACCEPT);
	add(&step, FRRD_ACTION_RECORD);
	return step;
}

static const struct {
	const char *name;
	struct step (*make)(void);
} good_steps[] = {
	{ "quiet", quiet },
	{ "refused", refused },
	{ "failover", failover },
	{ "forced", forced },
	{ "claim", claim },
	{ "claim done", claim_done },
	{ "release", release },
	{ "installed", installed },
	{ "shutdown", shutdown_owner },
	{ "released", released },
	{ "overdue", overdue },
	{ "held", held },
	{ "yielded", yielded },
	{ "yielded, held", yielded_held },
};

static void test_good_steps_pass(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good_steps); i++) {
		struct step step = good_steps[i].make();
		const char *violation =
			frrd_step_violation(&step.before, &step.after, &step.event, &step.actions);

		if (!violation)
			violation = contract_violation(&step);
		if (violation)
			fail_msg("%s: %s", good_steps[i].name, violation);
	}
}

/* --- frrd_step_violation() ---------------------------------------------------------- */

static void assert_reported(const struct step *step, const char *expected)
{
	const char *violation =
		frrd_step_violation(&step->before, &step->after, &step->event, &step->actions);

	if (!violation)
		fail_msg("not reported: %s", expected);
	assert_string_equal(violation, expected);
}

#define ANSWERED "a command is answered exactly once, other events never"
static void test_unanswered_command(void **state)
{
	(void)state;
	for (int type = 0; type < EVENT_COUNT; type++) {
		struct step step = stay_in(FRRD_STATE_ACTIVE, (enum frrd_event_type)type);

		if (is_command((enum frrd_event_type)type)) {
			assert_reported(&step, ANSWERED);
			add(&step, FRRD_ACTION_REFUSE);
			assert_null(frrd_step_violation(&step.before, &step.after, &step.event,
							&step.actions));
		} else {
			assert_null(frrd_step_violation(&step.before, &step.after, &step.event,
							&step.actions));
			add(&step, FRRD_ACTION_REFUSE);
			assert_reported(&step, ANSWERED);
			step.actions.list[0].type = FRRD_ACTION_ACCEPT;
			assert_reported(&step, ANSWERED);
		}
	}
}

static void test_command_answered_twice(void **state)
{
	struct step step = refused();

	(void)state;
	add(&step, FRRD_ACTION_REFUSE);
	assert_reported(&step, ANSWERED);
	step = refused();
	add(&step, FRRD_ACTION_ACCEPT);
	assert_reported(&step, ANSWERED);
	step = release();
	add(&step, FRRD_ACTION_ACCEPT);
	assert_reported(&step, ANSWERED);
}

#define RECORDED "a change of state is recorded exactly once"
static void test_change_not_recorded(void **state)
{
	struct step step = installed();

	(void)state;
	drop(&step, FRRD_ACTION_RECORD);
	assert_reported(&step, RECORDED);
	step = installed();
	add(&step, FRRD_ACTION_RECORD);
	assert_reported(&step, RECORDED);
}

static void test_withdrawal_ends_elsewhere(void **state)
{
	static const enum frrd_state wrong[] = { FRRD_STATE_REQUESTING, FRRD_STATE_ACTIVATING,
						 FRRD_STATE_ACTIVE, FRRD_STATE_DRAINING };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct step step = released();

		step.after.state = wrong[i];
		assert_reported(&step, "a withdrawal ends at rest, or in a claim");
	}
}

#define CONFIRMED "a release is over only when zebra confirmed it"
static void test_release_over_too_early(void **state)
{
	struct step step = released();

	(void)state;
	step.after.routes.announced = 1;
	assert_reported(&step, CONFIRMED);
	step = released();
	step.after.routes.pending = 1;
	assert_reported(&step, CONFIRMED);
}

static void test_claim_without_deadline(void **state)
{
	struct step step = claim();

	(void)state;
	step.after.deadline_ms = FRRD_NEVER;
	assert_reported(&step, "a claim has a deadline");
	step = stay_in(FRRD_STATE_CLAIMING, FRRD_EVENT_ROUTES);
	step.after.deadline_ms = FRRD_NEVER;
	assert_reported(&step, "a claim has a deadline");
}

static void test_deadline_without_purpose(void **state)
{
	static const enum frrd_state wrong[] = { FRRD_STATE_STANDBY, FRRD_STATE_ACTIVATING,
						 FRRD_STATE_ACTIVE };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct step step = stay_in(wrong[i], FRRD_EVENT_CONFIG);

		step.after.deadline_ms = 7000;
		assert_reported(&step, "only claims and withdrawals have deadlines");
	}
}

#define ANNOUNCE_ON_ENTRY "ANNOUNCE goes with entering an announcing state, and only with it"
static void test_announce_out_of_place(void **state)
{
	struct step step = failover();

	(void)state;
	drop(&step, FRRD_ACTION_ANNOUNCE);
	assert_reported(&step, ANNOUNCE_ON_ENTRY);
	step = installed();
	add(&step, FRRD_ACTION_ANNOUNCE);
	assert_reported(&step, ANNOUNCE_ON_ENTRY);
	step = claim();
	add(&step, FRRD_ACTION_ANNOUNCE);
	assert_reported(&step, ANNOUNCE_ON_ENTRY);
	step = quiet();
	add(&step, FRRD_ACTION_ANNOUNCE);
	assert_reported(&step, ANNOUNCE_ON_ENTRY);
	step = stay_in(FRRD_STATE_ACTIVE, FRRD_EVENT_ZEBRA_UP);
	add(&step, FRRD_ACTION_ANNOUNCE);
	assert_reported(&step, ANNOUNCE_ON_ENTRY);
}

#define WITHDRAW_ON_EXIT "WITHDRAW goes with leaving the announcing states, and only with it"
static void test_withdraw_out_of_place(void **state)
{
	struct step step = release();

	(void)state;
	drop(&step, FRRD_ACTION_WITHDRAW);
	assert_reported(&step, WITHDRAW_ON_EXIT);
	step = released();
	add(&step, FRRD_ACTION_WITHDRAW);
	assert_reported(&step, WITHDRAW_ON_EXIT);
	step = installed();
	add(&step, FRRD_ACTION_WITHDRAW);
	assert_reported(&step, WITHDRAW_ON_EXIT);
	step = quiet();
	add(&step, FRRD_ACTION_WITHDRAW);
	assert_reported(&step, WITHDRAW_ON_EXIT);
	step = stay_in(FRRD_STATE_RELEASING, FRRD_EVENT_ZEBRA_UP);
	add(&step, FRRD_ACTION_WITHDRAW);
	assert_reported(&step, WITHDRAW_ON_EXIT);
}

#define ONCE "one announcement or withdrawal a step"
static void test_announce_twice(void **state)
{
	struct step step = claim_done();

	(void)state;
	add(&step, FRRD_ACTION_ANNOUNCE);
	assert_reported(&step, ONCE);
	step = shutdown_owner();
	add(&step, FRRD_ACTION_WITHDRAW);
	assert_reported(&step, ONCE);
}

#define NOT_ELSEWHERE "no announcement while a prefix is, or may be, announced elsewhere"
static void test_announced_elsewhere(void **state)
{
	struct step step = failover();

	(void)state;
	step.after.elsewhere.announced = 1;
	assert_reported(&step, NOT_ELSEWHERE);
	step = failover();
	step.after.elsewhere.unknown = 1;
	assert_reported(&step, NOT_ELSEWHERE);
	step = claim_done();
	step.after.elsewhere.unknown = 1;
	assert_reported(&step, NOT_ELSEWHERE);
	/* Force is a word of failover; other events cannot have it. */
	step = claim_done();
	step.event.elsewhere = (struct frrd_elsewhere){ .announced = 1, .unknown = 1 };
	step.after.elsewhere = step.event.elsewhere;
	assert_reported(&step, NOT_ELSEWHERE);
}

#define NOT_HELD "no announcement by a held group"
#define NOT_STOPPING "no announcement by a stopping group"
#define NOTHING "no announcement without zebra or without a prefix"
static void test_announced_by_held_group(void **state)
{
	struct step step = failover();

	(void)state;
	step.after.held = true;
	assert_reported(&step, NOT_HELD);
	step = claim_done();
	step.after.stopping = true;
	assert_reported(&step, NOT_STOPPING);
	/* Force is no way around it. */
	step = forced();
	step.after.held = true;
	assert_reported(&step, NOT_HELD);
	step = forced();
	step.after.stopping = true;
	assert_reported(&step, NOT_STOPPING);
}

static void test_announced_nothing_to_nobody(void **state)
{
	struct step step = forced();

	(void)state;
	step.after.zebra_up = false;
	assert_reported(&step, NOTHING);
	step = claim_done();
	step.after.routes.total = 0;
	assert_reported(&step, NOTHING);
}

/* --- the checks of contract.c ----------------------------------------------------------- */

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
		*s = good();                                                                       \
		__VA_ARGS__;                                                                       \
		return message;                                                                    \
	}
/* clang-format off */
SPOIL(two_records, held, "one record a step",
      add(s, FRRD_ACTION_RECORD))
SPOIL(silent_reason, overdue, "every new state and every new reason is recorded",
      drop(s, FRRD_ACTION_RECORD))
SPOIL(empty_record, quiet, "a record says something new",
      add(s, FRRD_ACTION_RECORD))
SPOIL(refused_but_done, refused, "a refused command changes nothing",
      s->after.held = true)
SPOIL(refused_and_more, refused, "a refused command changes nothing",
      s->after.state = FRRD_STATE_CLAIMING; add(s, FRRD_ACTION_RECORD))
SPOIL(accepted_but_not_done, refused, "an accepted command changes something",
      s->actions.list[0].type = FRRD_ACTION_ACCEPT)
SPOIL(action_for_nothing, quiet, "an event that changes nothing yields no action",
      add(s, FRRD_ACTION_ANNOUNCE))
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
      *s = stay_in(FRRD_STATE_CLAIMING, FRRD_EVENT_ROUTES); s->event.routes = s->before.routes;
      s->after.claim_waits = true)
SPOIL(claim_too_long, claim, "a claim may last handover_timeout_ms",
      s->after.deadline_ms++)
SPOIL(withdrawal_too_long, release, "a withdrawal may last withdraw_timeout_ms",
      s->after.deadline_ms++)
SPOIL(overdue_too_early, overdue, "a deadline is kept until it has passed",
      s->event.now_ms--)
SPOIL(deadline_dropped, quiet, "a deadline is kept until it has passed",
      *s = stay_in(FRRD_STATE_RELEASING, FRRD_EVENT_CONFIG); s->after.deadline_ms = FRRD_NEVER)
SPOIL(deadline_moved, quiet, "a deadline does not move",
      *s = stay_in(FRRD_STATE_RELEASING, FRRD_EVENT_CONFIG); s->after.deadline_ms++)
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
      *s = stay_in(FRRD_STATE_ACTIVE, FRRD_EVENT_CONFIG); s->policy.member = false)
SPOIL(stopping_owner, quiet, "a stopping group withdraws",
      *s = stay_in(FRRD_STATE_ACTIVE, FRRD_EVENT_CONFIG);
      s->before.stopping = true; s->after.stopping = true)
SPOIL(held_claim, quiet, "a held group does not claim",
      *s = stay_in(FRRD_STATE_CLAIMING, FRRD_EVENT_CONFIG);
      s->before.held = true; s->after.held = true)
SPOIL(held_but_moved, release, "a held group refuses every move",
      s->before.held = true; s->after.held = true)
#define TWO_ROUTES .total = 2, .announced = 2
#define YIELDS "a site that announces nothing yields to the one that does"
SPOIL(not_yielding, quiet, YIELDS,
      *s = stay_in(FRRD_STATE_ACTIVE, FRRD_EVENT_ROUTES);
      set_routes(s, (struct frrd_routes){ TWO_ROUTES, .failed = 1, .lost = 1, .taken = 1 }))
SPOIL(not_yielding_held, quiet, YIELDS,
      *s = stay_in(FRRD_STATE_ACTIVATING, FRRD_EVENT_ROUTES);
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
	const struct CMUnitTest invariants[] = {
		cmocka_unit_test(test_good_steps_pass),
		cmocka_unit_test(test_unanswered_command),
		cmocka_unit_test(test_command_answered_twice),
		cmocka_unit_test(test_change_not_recorded),
		cmocka_unit_test(test_withdrawal_ends_elsewhere),
		cmocka_unit_test(test_release_over_too_early),
		cmocka_unit_test(test_claim_without_deadline),
		cmocka_unit_test(test_deadline_without_purpose),
		cmocka_unit_test(test_announce_out_of_place),
		cmocka_unit_test(test_withdraw_out_of_place),
		cmocka_unit_test(test_announce_twice),
		cmocka_unit_test(test_announced_elsewhere),
		cmocka_unit_test(test_announced_by_held_group),
		cmocka_unit_test(test_announced_nothing_to_nobody),
		cmocka_unit_test(test_contract_can_fail),
	};

	return cmocka_run_group_tests(invariants, NULL, NULL);
}
