// SPDX-License-Identifier: GPL-2.0-or-later
/* What a decision leaves behind; see frrd_record.h. */

#include <zebra.h>

#include "frrd/core/group_fsm.h"
#include "frrd/core/reason.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_errors.h"
#include "frrd/frrd_journal.h"
#include "frrd/frrd_notify.h"
#include "frrd/frrd_probe_use.h"
#include "frrd/frrd_record.h"
#include "frrd/frrd_sites.h"
#include "frrd/frrd_statefile.h"
#include "frrd/frrd_words.h"

static bool quorum_known, quorum_reached;

static void add_history(struct frrd_grp *grp, const struct frrd_event *event, enum frrd_state from,
			enum frrd_state to, enum frrd_reason reason, bool refused, const char *note)
{
	struct frrd_history_entry entry = {
		.event = event->type,
		.from = from,
		.to = to,
		.reason = reason,
		.refused = refused,
	};

	gettimeofday(&entry.when, NULL);
	strlcpy(entry.note, note, sizeof(entry.note));
	frrd_history_add(&grp->history, &entry);
}

/* Log an error; libfrr wants its code to be a constant at each place. */
#define LOG_ERROR(code) flog_err(code, "group %s: %s%s%s", grp->name, text, colon, note)

static void log_error(const struct frrd_grp *grp, enum frrd_reason reason, const char *colon,
		      const char *note)
{
	const char *text = frrd_reason_text(reason);

	if (reason == FRRD_REASON_TAKEN_OVER)
		LOG_ERROR(EC_FRRD_TAKEN_OVER);
	else if (reason == FRRD_REASON_WITHDRAW_UNCONFIRMED)
		LOG_ERROR(EC_FRRD_WITHDRAW_UNCONFIRMED);
	else if (reason == FRRD_REASON_ROUTES_NONE || reason == FRRD_REASON_ROUTES_DEGRADED)
		LOG_ERROR(EC_FRRD_ROUTES);
	else if (reason == FRRD_REASON_CONFLICT || reason == FRRD_REASON_CONFLICT_YIELD)
		LOG_ERROR(EC_FRRD_CONFLICT);
	else if (reason == FRRD_REASON_FENCED)
		LOG_ERROR(EC_FRRD_FENCED);
	else if (reason == FRRD_REASON_NOT_RESUMED)
		LOG_ERROR(EC_FRRD_NOT_RESUMED);
	else if (reason == FRRD_REASON_SUCCESSOR_LOST || reason == FRRD_REASON_GRANT_TIMEOUT)
		LOG_ERROR(EC_FRRD_SUCCESSOR);
	else if (reason == FRRD_REASON_FORCE_NO_QUORUM)
		LOG_ERROR(EC_FRRD_FORCE_NO_QUORUM);
	else if (reason == FRRD_REASON_COMMAND_FORCE)
		flog_warn(EC_FRRD_FORCED, "group %s: %s; reason given: %s", grp->name, text, note);
}

static void log_decision(const struct frrd_grp *grp, const struct frrd_event *event,
			 const struct frrd_action *action, const char *note)
{
	const char *colon = note[0] ? ": " : "";

	log_error(grp, action->reason, colon, note);
	zlog_notice("group %s: %s -> %s on %s: %s%s%s", grp->name, frrd_state_name(action->from),
		    frrd_state_name(action->to), frrd_event_name(event->type),
		    frrd_reason_text(action->reason), colon, note);
}

static bool is_grant(enum frrd_reason reason)
{
	return reason == FRRD_REASON_GRANT_REQUESTED || reason == FRRD_REASON_GRANT_MAINTENANCE ||
	       reason == FRRD_REASON_GRANT_UNHEALTHY || reason == FRRD_REASON_GRANT_FAILBACK ||
	       reason == FRRD_REASON_HANDED_OVER;
}

static bool is_taken_back(enum frrd_reason reason)
{
	return reason == FRRD_REASON_SUCCESSOR_LOST || reason == FRRD_REASON_GRANT_TIMEOUT ||
	       reason == FRRD_REASON_GRANT_CANCELLED;
}

/* The one other site that a decision is about, or 0. */
static uint8_t peer_of(const struct frrd_grp *grp, enum frrd_reason reason)
{
	const struct frrd_group *fsm = &grp->fsm;

	if (is_grant(reason))
		return fsm->grant_to;
	if (is_taken_back(reason))
		return fsm->granted_to;
	if (reason == FRRD_REASON_GRANTED)
		return fsm->granter;
	if (reason == FRRD_REASON_COMMAND_REQUEST)
		return fsm->request_for;
	if (reason == FRRD_REASON_OWNER_GONE)
		return fsm->last_owner;
	return 0;
}

/* The sites that a decision of the arbiter bgp is about. */
static void describe_sites(const struct frrd_grp *grp, enum frrd_reason reason, char *buf,
			   size_t size)
{
	const struct frrd_view *view = &grp->fsm.view;
	uint8_t peer = peer_of(grp, reason);

	if (reason == FRRD_REASON_CONFLICT || reason == FRRD_REASON_CONFLICT_YIELD)
		frrd_site_labels(view->claims, buf, size);
	else if (reason == FRRD_REASON_NO_QUORUM || reason == FRRD_REASON_FENCED)
		frrd_site_labels(view->beacons & ~FRRD_SITE_BIT(grp->policy.self), buf, size);
	else if (peer && peer != grp->policy.self)
		frrd_site_label(peer, buf, size);
}

static bool is_about_health(enum frrd_reason reason)
{
	return reason == FRRD_REASON_GRANT_UNHEALTHY || reason == FRRD_REASON_UNHEALTHY_KEPT ||
	       reason == FRRD_REASON_UNHEALTHY_WITHDRAWN || reason == FRRD_REASON_UNHEALTHY_AGAIN;
}

static void append_health(struct frrd_grp *grp, char *buf, size_t size)
{
	char health[sizeof(grp->note)];

	if (!frrd_describe_health(grp, health, sizeof(health))[0])
		return;
	if (buf[0])
		strlcat(buf, "; ", size);
	strlcat(buf, health, size);
}

/* What belongs to a decision in words: the operator's, or what was in the way. */
static void describe_decision(struct frrd_grp *grp, enum frrd_reason reason, char *buf, size_t size)
{
	buf[0] = '\0';
	if (reason == FRRD_REASON_COMMAND_FORCE || reason == FRRD_REASON_FORCE_NO_QUORUM ||
	    reason == FRRD_REASON_COMMAND_HOLD)
		strlcpy(buf, grp->note, size);
	else if (reason == FRRD_REASON_COMMAND_SWITCHOVER_AWAY ||
		 reason == FRRD_REASON_COMMAND_SWITCHOVER_HERE)
		strlcpy(buf, grp->peer, size);
	else if (reason == FRRD_REASON_CLAIM_FOUND_ELSEWHERE ||
		 reason == FRRD_REASON_CLAIM_TIMEOUT)
		frrd_engine_describe_elsewhere(grp, buf, size);
	else if (grp->policy.arbiter == FRRD_ARBITER_BGP)
		describe_sites(grp, reason, buf, size);
	if (is_about_health(reason))
		append_health(grp, buf, size);
}

static void report_problems(struct frrd_grp *grp)
{
	struct frrd_route *route;
	unsigned int n = 0;

	/* A handful names the problem; show subnet-mover routes has them all. */
	frr_each (frrd_route_list, &grp->routes.list, route)
		if (route->wanted && route->status != FRRD_ROUTE_INSTALLED && n++ < 8)
			frrd_notify_route(route);
}

static void notify(struct frrd_grp *grp, const struct frrd_action *action)
{
	enum frrd_reason reason = action->reason;

	frrd_notify_state(grp, action->from, action->to, reason);
	if (reason == FRRD_REASON_ROUTES_NONE || reason == FRRD_REASON_ROUTES_DEGRADED)
		report_problems(grp);
	if (reason != FRRD_REASON_CONFLICT && reason != FRRD_REASON_CONFLICT_YIELD)
		return;
	for (uint8_t id = 1; id <= FRRD_SITE_MAX; id++)
		if (grp->fsm.view.claims & FRRD_SITE_BIT(id))
			frrd_notify_conflict(grp, id);
}

void frrd_record_decision(struct frrd_grp *grp, const struct frrd_event *event,
			  const struct frrd_action *action)
{
	char note[160];

	describe_decision(grp, action->reason, note, sizeof(note));
	add_history(grp, event, action->from, action->to, action->reason, false, note);
	log_decision(grp, event, action, note);
	frrd_journal_decision(grp, event, action, note);
	notify(grp, action);
	frrd_statefile_dirty(); /* the history is kept too */
}

void frrd_record_refusal(struct frrd_grp *grp, const struct frrd_event *event,
			 enum frrd_reason reason)
{
	char detail[160];

	frrd_describe_obstacle(grp, reason, NULL, detail, sizeof(detail));
	add_history(grp, event, grp->fsm.state, grp->fsm.state, reason, true, detail);
	frrd_statefile_dirty(); /* the history is kept too */
}

void frrd_record_kept(const struct frrd_group *before, const struct frrd_group *after)
{
	struct frrd_kept was, is;

	frrd_group_keep(before, &was);
	frrd_group_keep(after, &is);
	if (was.owned != is.owned || was.held != is.held || was.barred != is.barred)
		frrd_statefile_dirty_now();
	else if (memcmp(&was.moves, &is.moves, sizeof(was.moves)))
		frrd_statefile_dirty();
}

void frrd_record_quorum(void)
{
	struct frrd_quorum quorum;
	char alive[256];

	if (frrd_config.arbiter != FRRD_ARBITER_BGP)
		return;
	frrd_sites_quorum(&quorum);
	if (quorum_known && quorum_reached == quorum.reached)
		return;
	frrd_site_labels(quorum.present, alive, sizeof(alive));
	if (quorum_known && !quorum.reached)
		flog_err(EC_FRRD_QUORUM, "quorum is lost; alive: %s", alive);
	else if (quorum.reached)
		zlog_notice("there is quorum; alive: %s", alive);
	if (quorum_known || quorum.reached)
		frrd_notify_quorum(quorum.reached);
	quorum_known = true;
	quorum_reached = quorum.reached;
}
