// SPDX-License-Identifier: GPL-2.0-or-later
/* What the unit tests of the core share; see support.h. */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/core/contract.h"

struct frrd_policy usual_policy(void)
{
	return (struct frrd_policy){
		.arbiter = FRRD_ARBITER_NONE, /* as good as manual, and the start value */
		.member = true,
		.complete = true,
		.handover_timeout_ms = HANDOVER_TIMEOUT_MS,
		.withdraw_timeout_ms = WITHDRAW_TIMEOUT_MS,
	};
}

struct frrd_policy bgp_policy(void)
{
	return (struct frrd_policy){
		.arbiter = FRRD_ARBITER_BGP,
		.member = true,
		.complete = true,
		.handover_timeout_ms = HANDOVER_TIMEOUT_MS,
		.withdraw_timeout_ms = WITHDRAW_TIMEOUT_MS,
		.self = 2,
		.voters = FRRD_SITE_BIT(1) | FRRD_SITE_BIT(2) | FRRD_SITE_BIT(3),
		.members = FRRD_SITE_BIT(1) | FRRD_SITE_BIT(2),
		.rank = { [1] = 0, [2] = 1 },
		.auto_failover = true,
		.takeover_delay_ms = 1000,
		.stagger_ms = 500,
		.fence_delay_ms = 400,
		.settle_time_ms = 5000,
		.hold_down_ms = 10000,
		.wait_to_restore_ms = 60000,
		.damping_window_ms = 3600000,
	};
}

struct frrd_event event_at(int64_t now_ms, enum frrd_event_type type)
{
	struct frrd_event event;

	/* Whole, so that the part of the union that a type does not use is zero. */
	memset(&event, 0, sizeof(event));
	event.type = type;
	event.now_ms = now_ms;
	return event;
}

struct frrd_event failover_at(int64_t now_ms, bool force)
{
	struct frrd_event event = event_at(now_ms, FRRD_EVENT_FAILOVER);

	event.force = force;
	return event;
}

struct frrd_event routes_at(int64_t now_ms, struct frrd_routes routes)
{
	struct frrd_event event = event_at(now_ms, FRRD_EVENT_ROUTES);

	event.routes = routes;
	return event;
}

struct frrd_event to_at(int64_t now_ms, enum frrd_event_type type, uint8_t to)
{
	struct frrd_event event = event_at(now_ms, type);

	event.to = to;
	return event;
}

struct frrd_event view_at(int64_t now_ms, struct frrd_view view)
{
	struct frrd_event event = event_at(now_ms, FRRD_EVENT_VIEW);

	event.view = view;
	return event;
}

struct frrd_event elsewhere_at(int64_t now_ms, uint32_t announced, uint32_t unknown)
{
	struct frrd_event event = event_at(now_ms, FRRD_EVENT_ELSEWHERE);

	event.elsewhere = (struct frrd_elsewhere){ .announced = announced, .unknown = unknown };
	return event;
}

bool same_group(const struct frrd_group *a, const struct frrd_group *b)
{
	/* Copies of one another, so that what lies between the members is the same. */
	return memcmp(a, b, sizeof(*a)) == 0;
}

bool is_command(enum frrd_event_type type)
{
	switch (type) {
	case FRRD_EVENT_FAILOVER:
	case FRRD_EVENT_FAILOVER_TO:
	case FRRD_EVENT_SWITCHOVER_HERE:
	case FRRD_EVENT_SWITCHOVER_AWAY:
	case FRRD_EVENT_RELEASE:
	case FRRD_EVENT_HOLD:
	case FRRD_EVENT_RESUME:
		return true;
	case FRRD_EVENT_CONFIG:
	case FRRD_EVENT_ROUTES:
	case FRRD_EVENT_ELSEWHERE:
	case FRRD_EVENT_ZEBRA_UP:
	case FRRD_EVENT_ZEBRA_DOWN:
	case FRRD_EVENT_VIEW:
	case FRRD_EVENT_HEALTH:
	case FRRD_EVENT_STALL:
	case FRRD_EVENT_RESTORE:
	case FRRD_EVENT_TICK:
	case FRRD_EVENT_SHUTDOWN:
		return false;
	}
	return false;
}

/* --- words ---------------------------------------------------------------- */

static void append(struct outcome *outcome, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void append(struct outcome *outcome, const char *format, ...)
{
	size_t used = strlen(outcome->text);
	va_list args;

	va_start(args, format);
	vsnprintf(outcome->text + used, sizeof(outcome->text) - used, format, args);
	va_end(args);
}

static const char *action_name(enum frrd_action_type type)
{
	switch (type) {
	case FRRD_ACTION_ANNOUNCE:
		return "announce";
	case FRRD_ACTION_WITHDRAW:
		return "withdraw";
	case FRRD_ACTION_RECORD:
		return "record";
	case FRRD_ACTION_ACCEPT:
		return "accept";
	case FRRD_ACTION_REFUSE:
		return "refuse";
	}
	return "?";
}

/* As action.h says. */
bool has_reason(enum frrd_action_type type)
{
	return type == FRRD_ACTION_RECORD || type == FRRD_ACTION_ACCEPT ||
	       type == FRRD_ACTION_REFUSE;
}

static void append_action(struct outcome *outcome, const struct frrd_action *action,
			  const struct frrd_group *before, const struct frrd_group *after)
{
	append(outcome, "%s", action_name(action->type));
	if (action->type == FRRD_ACTION_RECORD &&
	    (action->from != before->state || action->to != after->state))
		append(outcome, " %s>%s", frrd_state_name(action->from),
		       frrd_state_name(action->to));
	if (action->type == FRRD_ACTION_REFUSE ||
	    (has_reason(action->type) && action->reason != after->reason))
		append(outcome, " %s", frrd_reason_code(action->reason));
}

struct outcome outcome_of(const struct frrd_group *before, const struct frrd_group *after,
			  const struct frrd_actions *actions)
{
	bool moved = before->state != after->state || before->reason != after->reason;
	struct outcome outcome = { "" };

	if (!moved && actions->count == 0)
		append(&outcome, "-");
	if (moved)
		append(&outcome, "%s %s", frrd_state_name(after->state),
		       frrd_reason_code(after->reason));
	if (moved && actions->count > 0)
		append(&outcome, " | ");
	for (size_t i = 0; i < actions->count; i++) {
		if (i > 0)
			append(&outcome, ", ");
		append_action(&outcome, &actions->list[i], before, after);
	}
	return outcome;
}

/* " claims=1,2" */
static void append_sites(struct outcome *outcome, const char *name, uint16_t sites)
{
	const char *before = "=";

	if (!sites)
		return;
	append(outcome, " %s", name);
	for (unsigned int id = 0; id <= FRRD_SITE_MAX; id++) {
		if (!(sites & FRRD_SITE_BIT(id)))
			continue;
		append(outcome, "%s%u", before, id);
		before = ",";
	}
}

static void append_view(struct outcome *outcome, const struct frrd_view *view)
{
	append(outcome, "%s%s%s", view->known ? "" : " unknown",
	       view->own_claim ? " own-claim" : "", view->own_grant ? " own-grant" : "");
	append_sites(outcome, "beacons", view->beacons);
	append_sites(outcome, "claims", view->claims);
	append_sites(outcome, "requests", view->requests);
	append_sites(outcome, "readies", view->readies);
	append_sites(outcome, "grants", view->grants);
}

static void append_counter(struct outcome *outcome, const char *name, uint32_t value)
{
	if (value > 0)
		append(outcome, " %s=%" PRIu32, name, value);
}

struct outcome event_words(const struct frrd_event *event)
{
	struct outcome words = { "" };

	append(&words, "%s", frrd_event_name(event->type));
	if (event->type == FRRD_EVENT_FAILOVER && event->force)
		append(&words, " force");
	if (event->type == FRRD_EVENT_ROUTES) {
		append_counter(&words, "total", event->routes.total);
		append_counter(&words, "announced", event->routes.announced);
		append_counter(&words, "installed", event->routes.installed);
		append_counter(&words, "pending", event->routes.pending);
		append_counter(&words, "failed", event->routes.failed);
		append_counter(&words, "lost", event->routes.lost);
		append_counter(&words, "taken", event->routes.taken);
		if (event->routes.held)
			append(&words, " held=yes");
	}
	if (event->type == FRRD_EVENT_ELSEWHERE) {
		append_counter(&words, "announced", event->elsewhere.announced);
		append_counter(&words, "unknown", event->elsewhere.unknown);
	}
	if (event->type == FRRD_EVENT_FAILOVER_TO || event->type == FRRD_EVENT_SWITCHOVER_AWAY)
		append_counter(&words, "to", event->to);
	if (event->type == FRRD_EVENT_HEALTH)
		append(&words, " healthy=%s", event->healthy ? "yes" : "no");
	if (event->type == FRRD_EVENT_RESTORE)
		append(&words, "%s%s%s", event->kept.owned ? " owned" : "",
		       event->kept.held ? " held" : "", event->kept.barred ? " barred" : "");
	if (event->type == FRRD_EVENT_VIEW)
		append_view(&words, &event->view);
	return words;
}

/* --- steps ------------------------------------------------------------------ */

struct step try_step(const struct frrd_group *group, const struct frrd_policy *policy,
		     const struct frrd_event *event)
{
	struct step step;

	/* Not zeroed by the callee: what it does not set has to show. */
	memset(&step, 0x5a, sizeof(step));
	step.before = *group;
	step.after = *group;
	step.policy = *policy;
	step.event = *event;
	frrd_group_step(&step.after, &step.policy, &step.event, &step.actions);
	return step;
}

static bool same_actions(const struct frrd_actions *a, const struct frrd_actions *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct frrd_action *x = &a->list[i], *y = &b->list[i];

		if (x->type != y->type || x->reason != y->reason)
			return false;
		if (x->type == FRRD_ACTION_RECORD && (x->from != y->from || x->to != y->to))
			return false;
	}
	return true;
}

const char *contract_violation(const struct step *step)
{
	if (step->after.arbiter == FRRD_ARBITER_BGP)
		return bgp_contract_violation(step);
	/* Out of a state that the manual arbiter does not know. */
	if (step->before.arbiter == FRRD_ARBITER_BGP)
		return NULL;
	return manual_contract_violation(step);
}

/* Arbiter manual: the same event a second time. */
static const char *manual_repeat_fault(const struct step *step)
{
	struct step again = try_step(&step->after, &step->policy, &step->event);

	if (is_command(step->event.type)) {
		/* A release that cancelled a claim finds the group in standby. */
		if (again.actions.count != 1 || again.actions.list[0].type != FRRD_ACTION_REFUSE)
			return "a repeated command is refused";
	} else if (again.actions.count > 0 || !same_group(&again.after, &again.before)) {
		return "a repeated event has no second effect";
	}
	return NULL;
}

#define DAY_MS 86400000
#define RULES_MAX 16

/* TICKs until no rule of the arbiter bgp applies any more. */
static bool comes_to_rest(struct step *step, int64_t now_ms)
{
	for (int i = 0; i < RULES_MAX; i++) {
		struct frrd_event tick = event_at(now_ms, FRRD_EVENT_TICK);

		*step = try_step(&step->after, &step->policy, &tick);
		if (frrd_step_violation(&step->before, &step->after, &tick, &step->actions))
			return false;
		if (step->actions.count == 0)
			return true;
	}
	return false;
}

/*
 * Arbiter bgp: the rules come to rest, then the same event has no second effect,
 * and until the deadline, which lies ahead, nothing happens by itself.
 */
static const char *bgp_repeat_fault(const struct step *step)
{
	int64_t now_ms = step->event.now_ms;
	struct step again = *step, later;
	struct frrd_event tick;

	if (!comes_to_rest(&again, now_ms))
		return "the rules come to rest, and do nothing wrong on the way";
	if (again.after.deadline_ms <= now_ms)
		return "at rest a deadline lies ahead";
	tick = event_at(again.after.deadline_ms == FRRD_NEVER ? now_ms + DAY_MS
							      : again.after.deadline_ms - 1,
			FRRD_EVENT_TICK);
	later = try_step(&again.after, &step->policy, &tick);
	if (later.actions.count > 0)
		return "nothing happens by itself before the deadline";
	/* What the state file says comes once; a snapshot from before a withdrawal is not repeated. */
	if (step->event.type == FRRD_EVENT_RESTORE || tally_of(&step->actions).announce ||
	    (step->event.type == FRRD_EVENT_ROUTES &&
	     frrd_state_announces(step->before.state) && !frrd_state_announces(again.after.state)))
		return NULL;
	if (is_command(step->event.type)) {
		later = try_step(&again.after, &step->policy, &step->event);
		/* Unless the rules went on from there; what was refused may be possible by that. */
		if (again.after.state == step->after.state &&
		    step->actions.list[0].type == FRRD_ACTION_ACCEPT &&
		    (later.actions.count != 1 || later.actions.list[0].type != FRRD_ACTION_REFUSE))
			return "a repeated command is refused";
		return NULL;
	}
	/* The routes may be commented on once more, after what a rule has said of them. */
	for (int i = 0; i < 2; i++) {
		later = try_step(&again.after, &step->policy, &step->event);
		if (later.after.state != later.before.state)
			return "a repeated event has no second effect";
		again = later;
		if (!comes_to_rest(&again, now_ms))
			return "the rules come to rest, and do nothing wrong on the way";
	}
	return later.actions.count == 0 && same_group(&later.after, &later.before)
		       ? NULL
		       : "a repeated event has no second effect";
}

const char *step_fault(const struct step *step)
{
	const char *fault;
	struct step again;

	if (step->actions.count > FRRD_ACTIONS_MAX)
		return "more actions than there is room for";
	fault = frrd_step_violation(&step->before, &step->after, &step->event, &step->actions);
	if (!fault)
		fault = contract_violation(step);
	if (fault)
		return fault;

	again = try_step(&step->before, &step->policy, &step->event);
	if (!same_group(&again.after, &step->after) ||
	    !same_actions(&again.actions, &step->actions))
		return "the same input gives the same output";

	return step->after.arbiter == FRRD_ARBITER_BGP ? bgp_repeat_fault(step)
						       : manual_repeat_fault(step);
}

struct outcome checked_step(struct frrd_group *group, const struct frrd_policy *policy,
			    const struct frrd_event *event)
{
	struct step step = try_step(group, policy, event);
	const char *fault = step_fault(&step);
	struct outcome outcome = outcome_of(&step.before, &step.after, &step.actions);
	struct outcome words = event_words(event);

	if (fault)
		fail_msg("%s: %s (%s) + %s = %s", fault, frrd_state_name(step.before.state),
			 frrd_reason_code(step.before.reason), words.text, outcome.text);
	*group = step.after;
	return outcome;
}
