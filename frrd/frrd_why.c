// SPDX-License-Identifier: GPL-2.0-or-later
/* Conditions and timers of a group's moves; see frrd_why.h. What comes next is in frrd_why_next.c. */

#include <zebra.h>

#include "frrd/core/damping.h"
#include "frrd/core/reason.h"
#include "frrd/core/sites.h"
#include "frrd/frrd_probe_use.h"
#include "frrd/frrd_sites.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_why.h"
#include "frrd/frrd_why_next.h"
#include "frrd/frrd_words.h"

bool frrd_why_guard_applies(const struct frrd_grp *grp, enum frrd_guard guard)
{
	return grp->policy.arbiter == FRRD_ARBITER_BGP ||
	       (guard != FRRD_GUARD_MAINTENANCE && guard != FRRD_GUARD_HEALTHY &&
		guard != FRRD_GUARD_QUORUM && guard != FRRD_GUARD_SETTLED &&
		guard != FRRD_GUARD_CLAIMED);
}

/* --- rules --- */

static void add_rule(struct frrd_why *why, const char *code, bool ok, const char *hint,
		     const char *format, ...) PRINTFRR(5, 6);

static void add_rule(struct frrd_why *why, const char *code, bool ok, const char *hint,
		     const char *format, ...)
{
	struct frrd_why_rule *rule;
	va_list args;

	if (why->rules_count == FRRD_WHY_RULES_MAX)
		return;
	rule = &why->rules[why->rules_count++];
	rule->code = code;
	rule->ok = ok;
	rule->hint = ok ? "" : hint;
	va_start(args, format);
	vsnprintfrr(rule->text, sizeof(rule->text), format, args);
	va_end(args);
}

static void standby_rules(const struct frrd_grp *grp, struct frrd_why *why)
{
	add_rule(why, "auto-failover", grp->policy.auto_failover,
		 "subnet-mover failover GROUP orders it; `auto-failover` under the group allows it",
		 grp->policy.auto_failover ? "auto-failover is configured"
					   : "auto-failover is not configured: it waits for a command");
	add_rule(why, "not-barred", !grp->fsm.barred,
		 "subnet-mover resume GROUP ends that",
		 grp->fsm.barred ? "an operator released the group here: it waits for a command, or until another site has owned it"
				 : "no operator has released the group here");
}

static void failback_rule(const struct frrd_grp *grp, struct frrd_why *why)
{
	char name[FRRD_NAME_SIZE];

	if (!grp->fsm.better) {
		add_rule(why, "failback", true, "", "no site that ranks above this one is ready");
		return;
	}
	frrd_site_label(grp->fsm.better, name, sizeof(name));
	add_rule(why, "failback", !grp->policy.failback, "",
		 grp->policy.failback
			 ? "%s ranks above this site and is ready, and failback is automatic"
			 : "%s ranks above this site and is ready, but failback is manual",
		 name);
}

static void owner_rules(struct frrd_grp *grp, struct frrd_why *why)
{
	const struct frrd_group *fsm = &grp->fsm;
	const struct frrd_policy *policy = &grp->policy;
	bool quorum = fsm->quorum_since_ms != FRRD_NEVER;
	bool serviced = policy->maintenance & FRRD_SITE_BIT(policy->self);
	char names[256], health[FRRD_HEALTH_TEXT];

	frrd_describe_health(grp, health, sizeof(health));
	add_rule(why, "quorum", quorum || fsm->fence_waived,
		 "restore the connection to the other voting sites",
		 quorum ? "a majority of the voting sites is alive"
			: (fsm->fence_waived
				   ? "there is no quorum; the takeover was forced, so it is not fenced"
				   : "there is no quorum: the group is withdrawn after fence-delay"));
	add_rule(why, "no-conflict", !fsm->conflict,
		 "show subnet-mover sites names it; it has to yield within a second",
		 fsm->conflict ? "another site claims the group too"
			       : "no other site claims the group");
	add_rule(why, "healthy", !fsm->unhealthy, "repair what it names; show subnet-mover probes",
		 "this site is %s for the group%s%s", fsm->unhealthy ? "unhealthy" : "healthy",
		 health[0] ? ": " : "", health);
	add_rule(why, "routes", fsm->routes.installed || !fsm->routes.total,
		 "show subnet-mover routes group GROUP names the cause",
		 "%u of %u routes are installed", fsm->routes.installed, fsm->routes.total);
	add_rule(why, "maintenance", !serviced, "",
		 serviced ? "this site is under maintenance" : "this site is not under maintenance");
	failback_rule(grp, why);
	add_rule(why, "successors", true, "", "sites that could take over: %s",
		 frrd_site_labels(frrd_successors(fsm, policy), names, sizeof(names)));
}

/* --- timers --- */

static void add_timer(struct frrd_why *why, const char *code, int64_t at_ms, const char *format,
		      ...) PRINTFRR(4, 5);

/* Something that happens at `at_ms`; what is over is left out. */
static void add_timer(struct frrd_why *why, const char *code, int64_t at_ms, const char *format,
		      ...)
{
	int64_t now_ms = frrd_now_ms();
	struct frrd_why_timer *timer;
	va_list args;

	if (at_ms == FRRD_NEVER || at_ms <= now_ms || why->timers_count == FRRD_WHY_TIMERS_MAX)
		return;
	timer = &why->timers[why->timers_count++];
	timer->code = code;
	timer->left_ms = at_ms - now_ms;
	va_start(args, format);
	vsnprintfrr(timer->text, sizeof(timer->text), format, args);
	va_end(args);
}

static void quorum_timers(const struct frrd_grp *grp, struct frrd_why *why)
{
	const struct frrd_group *fsm = &grp->fsm;

	if (fsm->quorum_since_ms != FRRD_NEVER)
		add_timer(why, "settle-time", fsm->quorum_since_ms + grp->policy.settle_time_ms,
			  "quorum counts as settled");
	else if (frrd_grp_owned(grp) && !fsm->fence_waived)
		add_timer(why, "fence-delay", fsm->quorum_lost_ms + grp->policy.fence_delay_ms,
			  "the group is withdrawn, unless there is quorum again");
}

static void handover_timers(const struct frrd_grp *grp, struct frrd_why *why)
{
	const struct frrd_group *fsm = &grp->fsm;
	char name[FRRD_NAME_SIZE];

	if (fsm->state == FRRD_STATE_REQUESTING)
		add_timer(why, "request", fsm->wait_until_ms, "the request for %s is given up",
			  frrd_site_label(fsm->request_for, name, sizeof(name)));
	if (fsm->grant_to)
		add_timer(why, "grant", fsm->grant_until_ms, "the grant to %s is taken back",
			  frrd_site_label(fsm->grant_to, name, sizeof(name)));
	if (fsm->state == FRRD_STATE_CLAIMING) {
		add_timer(why, "announce", fsm->announce_at_ms,
			  "the prefixes are announced, if nobody else claims or announces them");
		add_timer(why, "claim", fsm->wait_until_ms, "the claim is given up");
	}
}

static void takeover_timer(const struct frrd_grp *grp, struct frrd_why *why)
{
	unsigned int position = frrd_takeover_position(&grp->fsm, &grp->policy);

	if (grp->fsm.state != FRRD_STATE_STANDBY && grp->fsm.state != FRRD_STATE_REQUESTING)
		return;
	add_timer(why, "takeover-delay", frrd_takeover_due(&grp->fsm, &grp->policy),
		  "it is this site's turn (%u before it, %" PRId64 " ms each after takeover-delay)",
		  position, grp->policy.stagger_ms);
}

static void owner_timers(const struct frrd_grp *grp, struct frrd_why *why)
{
	const struct frrd_group *fsm = &grp->fsm;
	char name[FRRD_NAME_SIZE];

	if (fsm->better && grp->policy.failback)
		add_timer(why, "wait-to-restore",
			  fsm->better_since_ms + grp->policy.wait_to_restore_ms,
			  "%s has been ready for long enough to get the group back",
			  frrd_site_label(fsm->better, name, sizeof(name)));
	if (fsm->last_move_ms != FRRD_NEVER)
		add_timer(why, "hold-down", fsm->last_move_ms + grp->policy.hold_down_ms,
			  "the group may leave a living owner by itself again");
}

static void bgp_facts(struct frrd_grp *grp, struct frrd_why *why)
{
	quorum_timers(grp, why);
	takeover_timer(grp, why);
	handover_timers(grp, why);
	if (frrd_grp_owned(grp)) {
		owner_rules(grp, why);
		owner_timers(grp, why);
	} else {
		standby_rules(grp, why);
	}
	add_timer(why, "damping",
		  frrd_moves_damped_until(&grp->fsm.moves, &grp->policy, frrd_now_ms()),
		  "it has moved by itself %u times; the cap on moves is not reached any more",
		  grp->fsm.moves.count);
	frrd_why_next(grp, why->checks, why->next, sizeof(why->next));
}

void frrd_why(struct frrd_grp *grp, struct frrd_why *ret_why)
{
	memset(ret_why, 0, sizeof(*ret_why));
	frrd_takeover_checks(&grp->fsm, &grp->policy, ret_why->checks);
	if (grp->policy.arbiter == FRRD_ARBITER_BGP)
		bgp_facts(grp, ret_why);
	else if (grp->fsm.state == FRRD_STATE_CLAIMING || grp->fsm.state == FRRD_STATE_RELEASING)
		add_timer(ret_why, "deadline", grp->fsm.deadline_ms,
			  grp->fsm.state == FRRD_STATE_CLAIMING
				  ? "the claim is given up"
				  : "the withdrawal counts as stuck");
}
