// SPDX-License-Identifier: GPL-2.0-or-later
/* What would happen next to a group, in words; see frrd_why_next.h. */

#include <zebra.h>

#include "frrd/core/damping.h"
#include "frrd/core/reason.h"
#include "frrd/core/sites.h"
#include "frrd/core/steps.h"
#include "frrd/frrd_sites.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_why_next.h"
#include "frrd/frrd_words.h"

static const char *in_ms(int64_t at_ms, char *buf, size_t size)
{
	return frrd_ms_str(at_ms == FRRD_NEVER ? 0 : MAX(at_ms - frrd_now_ms(), 0), buf, size);
}

/* --- owner --- */

static void next_unhealthy(const struct frrd_grp *grp, char *buf, size_t size)
{
	char names[256], when[32];
	int64_t allowed = frrd_moves_allowed_at(&grp->fsm, &grp->policy, frrd_now_ms());
	uint8_t successor = frrd_successor(&grp->fsm, &grp->policy);

	if (successor)
		snprintf(buf, size, "the group is handed over to %s in %s",
			 frrd_site_label(successor, names, sizeof(names)),
			 in_ms(allowed, when, sizeof(when)));
	else
		snprintf(buf, size,
			 grp->policy.withdraw_alone
				 ? "no site is ready to take the group over, and it is withdrawn"
				 : "no site is ready to take the group over; it stays announced here until one is");
}

static void next_failback(const struct frrd_grp *grp, char *buf, size_t size)
{
	char name[FRRD_NAME_SIZE], when[32];
	int64_t at = grp->fsm.better_since_ms + grp->policy.wait_to_restore_ms;

	at = MAX(at, frrd_moves_allowed_at(&grp->fsm, &grp->policy, frrd_now_ms()));
	frrd_site_label(grp->fsm.better, name, sizeof(name));
	if (grp->policy.failback)
		snprintf(buf, size, "the group goes back to %s in %s, if that site stays ready",
			 name, in_ms(at, when, sizeof(when)));
	else
		snprintf(buf, size,
			 "this site stays the owner; subnet-mover switchover %s to %s brings the group back there",
			 grp->name, name);
}

static void next_owner(const struct frrd_grp *grp, char *buf, size_t size)
{
	const struct frrd_group *fsm = &grp->fsm;
	char names[256], when[32];

	if (fsm->quorum_since_ms == FRRD_NEVER && !fsm->fence_waived)
		snprintf(buf, size, "the group is withdrawn in %s unless there is quorum again",
			 in_ms(fsm->quorum_lost_ms + grp->policy.fence_delay_ms, when,
			       sizeof(when)));
	else if (fsm->conflict)
		snprintf(buf, size, "%s has to yield; this site goes on announcing",
			 frrd_site_labels(fsm->view.claims, names, sizeof(names)));
	else if (fsm->held)
		snprintf(buf, size, "this site stays the owner until resume");
	else if ((grp->policy.maintenance & FRRD_SITE_BIT(grp->policy.self)) && fsm->failed_to &&
		 fsm->failed_to == frrd_successor(fsm, &grp->policy))
		next_unhealthy(grp, buf, size);
	else if (grp->policy.maintenance & FRRD_SITE_BIT(grp->policy.self))
		snprintf(buf, size, "the group is handed over as soon as a site is ready; ready now: %s",
			 frrd_site_labels(frrd_successors(fsm, &grp->policy), names, sizeof(names)));
	else if (fsm->unhealthy || (!fsm->routes.installed && fsm->routes.total &&
				    fsm->state == FRRD_STATE_ACTIVE))
		next_unhealthy(grp, buf, size);
	else if (fsm->better)
		next_failback(grp, buf, size);
	else
		snprintf(buf, size, "this site stays the owner");
}

/* --- no owner --- */

/* Somebody has it: what this site would do if that ended. */
static void next_owned_elsewhere(const struct frrd_grp *grp, bool ready, char *buf, size_t size)
{
	const struct frrd_view *view = &grp->fsm.view;
	char names[256], after[32];
	bool takes = ready && grp->policy.auto_failover && !grp->fsm.barred;
	int64_t delay = grp->policy.takeover_delay_ms +
			(int64_t)frrd_takeover_position(&grp->fsm, &grp->policy) *
				grp->policy.stagger_ms;

	if (view->claims)
		snprintf(buf, size, "%s %s the group; ",
			 frrd_site_labels(view->claims, names, sizeof(names)),
			 view->claims & (view->claims - 1) ? "claim" : "owns");
	else if (view->grants)
		snprintf(buf, size, "%s was granted the group and is expected to claim it; ",
			 frrd_site_labels(view->grants, names, sizeof(names)));
	else
		snprintf(buf, size, "prefixes of the group are announced elsewhere; ");
	size -= strlen(buf);
	buf += strlen(buf);
	if (takes)
		snprintf(buf, size, "when that has ended for %s, this site takes over",
			 frrd_ms_str(delay, after, sizeof(after)));
	else
		snprintf(buf, size, "this site does not take over by itself");
}

static void next_free(const struct frrd_grp *grp, char *buf, size_t size)
{
	char when[32];
	int64_t due = frrd_takeover_due(&grp->fsm, &grp->policy);

	if (grp->fsm.barred || !grp->policy.auto_failover)
		snprintf(buf, size,
			 "nobody owns the group, and this site waits for a command: subnet-mover failover %s",
			 grp->name);
	else if (due == FRRD_NEVER)
		snprintf(buf, size, "this site takes over once it knows that nobody else has the group");
	else
		snprintf(buf, size, "nobody owns the group: this site takes over in %s",
			 in_ms(due, when, sizeof(when)));
}

static void next_resting(struct frrd_grp *grp, const struct frrd_check checks[FRRD_GUARD_COUNT],
			 char *buf, size_t size)
{
	const struct frrd_view *view = &grp->fsm.view;
	enum frrd_guard failed = frrd_first_failed(checks, FRRD_GUARD_TRACKED);
	/* Rule 8: whoever had it last may be unhealthy. */
	bool again = failed == FRRD_GUARD_HEALTHY && frrd_may_claim(&grp->fsm, &grp->policy);
	char detail[256];

	if (!grp->policy.member) {
		snprintf(buf, size, "nothing: this site is not a member of the group, but sees it, votes, and can order a switchover");
	} else if (view->claims || view->grants || grp->fsm.elsewhere.announced) {
		next_owned_elsewhere(grp, failed == FRRD_GUARD_COUNT, buf, size);
	} else if (failed != FRRD_GUARD_COUNT && !again) {
		frrd_describe_obstacle(grp, checks[failed].reason, NULL, detail, sizeof(detail));
		snprintf(buf, size, "nobody owns the group, and this site does not take over: %s",
			 detail[0] ? detail : frrd_reason_text(checks[failed].reason));
	} else {
		next_free(grp, buf, size);
	}
}

/* --- on the way --- */

static void next_requesting(const struct frrd_grp *grp, char *buf, size_t size)
{
	const struct frrd_group *fsm = &grp->fsm;
	char from[FRRD_NAME_SIZE] = "nobody", to[FRRD_NAME_SIZE], when[32];

	if (fsm->request_from)
		frrd_site_label(fsm->request_from, from, sizeof(from));
	frrd_site_label(fsm->request_for, to, sizeof(to));
	in_ms(fsm->wait_until_ms, when, sizeof(when));
	if (fsm->request_for == grp->policy.self)
		snprintf(buf, size, "%s grants the group to this site, which then announces it; the request ends in %s",
			 from, when);
	else if (fsm->request_from)
		snprintf(buf, size, "%s grants the group to %s, which then announces it; the request ends in %s",
			 from, to, when);
	else
		snprintf(buf, size, "%s takes the group over; the request ends in %s", to, when);
}

static void next_activating(const struct frrd_grp *grp, char *buf, size_t size)
{
	const struct frrd_group *fsm = &grp->fsm;
	const struct frrd_sequence *seq = &grp->seq;
	char names[256];
	bool nothing = fsm->routes.total && !fsm->routes.pending && !fsm->routes.installed;

	if (fsm->resume)
		snprintf(buf, size, "the group is announced again if this site's claim still stands and nobody else has it");
	else if (nothing && !fsm->held && frrd_successor(fsm, &grp->policy))
		next_unhealthy(grp, buf, size);
	else if (seq->aborted)
		snprintf(buf, size, "nothing is announced: a hook forbade the takeover, see the journal");
	else if (seq->held_back && frrd_steps_taken_back(seq, fsm))
		snprintf(buf, size, "nothing is announced while %s claims the group: the grant that was followed is gone",
			 frrd_site_labels(fsm->view.claims, names, sizeof(names)));
	else if (seq->held_back)
		snprintf(buf, size, "the takeover goes on when there is quorum for settle-time, and this site has heard of the others");
	else if (seq->step == FRRD_STEP_PRE_ANNOUNCE)
		snprintf(buf, size, "the programs of pre-announce end, then the prefixes are announced");
	else if (seq->step == FRRD_STEP_ATTACH)
		snprintf(buf, size, "the group is attached%s",
			 seq->routes_done ? "" : ", then the prefixes are announced");
	else
		snprintf(buf, size, "zebra answers for %u of %u routes", fsm->routes.pending,
			 fsm->routes.total);
}

static void next_releasing(const struct frrd_grp *grp, char *buf, size_t size)
{
	const struct frrd_routes *routes = &grp->fsm.routes;
	char to[FRRD_NAME_SIZE], when[32];
	const char *granted = grp->markers_wanted.grant_to
				      ? "; the group is granted already, and the successor does not wait for that"
				      : "";

	if (routes->held)
		snprintf(buf, size,
			 "the programs of pre-withdraw end, then the prefixes are withdrawn%s",
			 granted);
	else if (routes->pending || routes->announced)
		snprintf(buf, size, "zebra confirms that %u routes are gone%s", routes->pending,
			 granted);
	else if (frrd_sites_has(grp->fsm.view.claims, grp->fsm.grant_to))
		snprintf(buf, size, "%s, which has claimed the group, announces it; otherwise the grant is taken back",
			 frrd_site_label(grp->fsm.grant_to, to, sizeof(to)));
	else if (grp->fsm.grant_to && grp->fsm.linger_until_ms != FRRD_NEVER)
		snprintf(buf, size, "%s has withdrawn its claim, and the grant is taken back",
			 frrd_site_label(grp->fsm.grant_to, to, sizeof(to)));
	else if (grp->fsm.grant_to)
		snprintf(buf, size, "%s claims the group; without that the grant is taken back in %s",
			 frrd_site_label(grp->fsm.grant_to, to, sizeof(to)),
			 in_ms(grp->fsm.grant_until_ms, when, sizeof(when)));
	else
		snprintf(buf, size, "the withdrawal ends");
}

void frrd_why_next(struct frrd_grp *grp, const struct frrd_check checks[FRRD_GUARD_COUNT],
		   char *buf, size_t size)
{
	const struct frrd_group *fsm = &grp->fsm;
	char to[FRRD_NAME_SIZE], when[32];

	buf[0] = '\0';
	switch (fsm->state) {
	case FRRD_STATE_STANDBY:
		next_resting(grp, checks, buf, size);
		return;
	case FRRD_STATE_REQUESTING:
		next_requesting(grp, buf, size);
		return;
	case FRRD_STATE_CLAIMING:
		snprintf(buf, size, "the prefixes are announced in %s, unless another site claims or announces them",
			 in_ms(fsm->announce_at_ms, when, sizeof(when)));
		return;
	case FRRD_STATE_ACTIVATING:
		next_activating(grp, buf, size);
		return;
	case FRRD_STATE_ACTIVE:
		next_owner(grp, buf, size);
		return;
	case FRRD_STATE_DRAINING:
		snprintf(buf, size, "%s claims and announces the group, then it is withdrawn here; otherwise the grant is taken back in %s",
			 frrd_site_label(fsm->grant_to, to, sizeof(to)),
			 in_ms(fsm->grant_until_ms, when, sizeof(when)));
		return;
	case FRRD_STATE_RELEASING:
		next_releasing(grp, buf, size);
		return;
	case FRRD_STATE_FENCED:
		snprintf(buf, size, "this site waits for quorum, and then stands by");
		return;
	case FRRD_STATE_HELD:
		snprintf(buf, size, "nothing until subnet-mover resume %s", grp->name);
		return;
	case FRRD_STATE_COUNT:
		return;
	}
}
