// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The routes of tracks into zebra and out of it, and its answers.
 *
 * Unlike a group's they have no owner: a better route of somebody else simply wins, and
 * nothing is asked before they are written.  As with all routes of frrd the status
 * follows the owner notifications, and zebra 8.4 is silent in some cases (see
 * frrd_route_sync.c): what has no answer is written again.
 */

#include <zebra.h>

#include "zclient.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_debug.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_route_sync.h"
#include "frrd/frrd_track.h"
#include "frrd/frrd_zebra.h"

#define RETRY_MIN_MS 1000
#define RETRY_MAX_MS 60000

static bool buffer_full;
static struct event *t_retry;
static unsigned int retry_ms = RETRY_MIN_MS;

static void retry_expired(struct event *event);

static void set_status(struct frrd_track_prefix *tp, enum frrd_route_status status,
		       enum frrd_route_cause cause)
{
	tp->status = status;
	tp->cause = cause;
}

/* Something new is written: its answer is waited for as long as that of a first one. */
static void retry_anew(void)
{
	EVENT_OFF(t_retry);
	retry_ms = RETRY_MIN_MS;
}

static void retry_later(void)
{
	if (!t_retry)
		event_add_timer_msec(frrd_loop, retry_expired, NULL, retry_ms, &t_retry);
}

/* zebra has nothing of it any more. Frees it when it is not configured any more. */
static void gone(struct frrd_trk *track, struct frrd_track_prefix *tp)
{
	tp->in_zebra = false;
	tp->deleted_twice = false;
	if (!tp->wanted)
		set_status(tp, FRRD_ROUTE_IDLE, FRRD_CAUSE_NONE);
	if (tp->removed)
		frrd_track_prefix_free(track, tp);
}

static enum frrd_zebra_send write_delete(struct frrd_trk *track, struct frrd_track_prefix *tp)
{
	/* One that is not selected is deleted without an answer. */
	bool answered = tp->status == FRRD_ROUTE_INSTALLED || tp->status == FRRD_ROUTE_PENDING ||
			tp->status == FRRD_ROUTE_WITHDRAWING;
	enum frrd_zebra_send result = FRRD_SEND_DONE;

	tp->dirty = false;
	if (tp->in_zebra)
		result = frrd_zebra_route_delete(&tp->prefix);
	if (!tp->in_zebra || !answered || result == FRRD_SEND_CLOSED) {
		gone(track, tp);
		return result == FRRD_SEND_FULL ? result : FRRD_SEND_DONE;
	}
	set_status(tp, FRRD_ROUTE_WITHDRAWING, FRRD_CAUSE_NONE);
	retry_later();
	return result;
}

static enum frrd_zebra_send write_add(struct frrd_trk *track, struct frrd_track_prefix *tp)
{
	enum frrd_zebra_send result;
	enum frrd_route_cause cause;
	ifindex_t ifindex;

	/* A group has it until zebra has dropped the group's route, which is of the same kind. */
	if (frrd_route_find(&tp->prefix)) {
		retry_later();
		return FRRD_SEND_DONE;
	}
	cause = frrd_nexthop_obstacle(&track->params.nexthop, tp->prefix.family, &ifindex);
	if (cause != FRRD_CAUSE_NONE) {
		set_status(tp, FRRD_ROUTE_FAILED, cause);
		tp->dirty = false;
		if (!tp->in_zebra)
			return FRRD_SEND_DONE;
		tp->in_zebra = false; /* its answer tells nothing that counts */
		return frrd_zebra_route_delete(&tp->prefix);
	}
	result = frrd_zebra_route_add(&tp->prefix, &track->params, ifindex);
	if (result == FRRD_SEND_CLOSED)
		return result;
	tp->dirty = false;
	tp->in_zebra = true;
	tp->deleted_twice = false;
	set_status(tp, FRRD_ROUTE_PENDING, FRRD_CAUSE_NONE);
	retry_later();
	return result;
}

/* Write what is to be written until zebra's buffer is full. */
static void flush_track(struct frrd_trk *track)
{
	struct frrd_track_prefix *tp;

	if (!frrd_zebra_connected())
		return;
	frr_each_safe (frrd_track_prefixes, &track->prefixes, tp) {
		enum frrd_zebra_send result;

		if (buffer_full)
			return;
		if (!tp->dirty)
			continue;
		result = tp->wanted ? write_add(track, tp) : write_delete(track, tp);
		if (result == FRRD_SEND_CLOSED)
			return;
		buffer_full = result == FRRD_SEND_FULL;
	}
}

static void params_of(const struct frrd_trk *track, struct frrd_route_params *ret_params)
{
	memset(ret_params, 0, sizeof(*ret_params));
	ret_params->nexthop = track->nexthop;
	ret_params->metric = track->metric;
	ret_params->tag = frrd_config.route_tag;
	ret_params->distance = frrd_config.distance;
	ret_params->table = frrd_config.route_table;
}

/* Is what was written still right? A next-hop that comes or goes makes it wrong. */
static bool must_write(const struct frrd_trk *track, const struct frrd_track_prefix *tp)
{
	enum frrd_route_cause cause;
	ifindex_t ifindex;

	cause = frrd_nexthop_obstacle(&track->params.nexthop, tp->prefix.family, &ifindex);
	if (cause != FRRD_CAUSE_NONE)
		return tp->in_zebra || tp->cause != cause;
	return !tp->in_zebra || tp->status == FRRD_ROUTE_FAILED;
}

void frrd_track_sync(struct frrd_trk *track)
{
	bool up = track->state == FRRD_HEALTH_UP && !track->removed;
	struct frrd_route_params params;
	struct frrd_track_prefix *tp;
	bool changed;

	params_of(track, &params);
	/* What is in zebra is deleted with what it was added with. */
	changed = !track->removed && memcmp(&params, &track->params, sizeof(params));
	if (changed)
		track->params = params;
	frr_each_safe (frrd_track_prefixes, &track->prefixes, tp) {
		bool wanted = up && !tp->removed;

		if (wanted != tp->wanted)
			retry_anew();
		if (wanted && (changed || !tp->wanted || must_write(track, tp))) {
			set_status(tp, FRRD_ROUTE_QUEUED, FRRD_CAUSE_NONE);
			tp->dirty = true;
		}
		if (!wanted && (tp->wanted || tp->removed))
			tp->dirty = true;
		tp->wanted = wanted;
		if (!wanted && !tp->in_zebra)
			gone(track, tp);
	}
	flush_track(track);
	frrd_track_release(track);
}

void frrd_track_zebra_up(void)
{
	struct frrd_trk *track;

	buffer_full = false;
	frr_each_safe (frrd_tracks, &frrd_config.tracks, track)
		frrd_track_sync(track);
}

void frrd_track_zebra_down(void)
{
	struct frrd_track_prefix *tp;
	struct frrd_trk *track;

	buffer_full = false;
	EVENT_OFF(t_retry);
	frr_each_safe (frrd_tracks, &frrd_config.tracks, track) {
		frr_each_safe (frrd_track_prefixes, &track->prefixes, tp) {
			if (tp->wanted)
				set_status(tp, FRRD_ROUTE_QUEUED, FRRD_CAUSE_NONE);
			tp->dirty = tp->wanted;
			gone(track, tp);
		}
		frrd_track_release(track);
	}
}

void frrd_track_writable(void)
{
	struct frrd_trk *track;

	buffer_full = false;
	frr_each_safe (frrd_tracks, &frrd_config.tracks, track) {
		flush_track(track);
		frrd_track_release(track);
	}
}

/* Without an answer, or refused by zebra: not what only another next-hop can mend. */
static bool is_unsettled(const struct frrd_track_prefix *tp)
{
	return tp->status != FRRD_ROUTE_INSTALLED &&
	       (tp->status != FRRD_ROUTE_FAILED || tp->cause == FRRD_CAUSE_REFUSED);
}

/* Has it to be written again? A second deletion without an answer had nothing to delete. */
static bool write_again(struct frrd_trk *track, struct frrd_track_prefix *tp)
{
	if (tp->wanted) {
		tp->dirty |= is_unsettled(tp);
		return tp->dirty;
	}
	if (!tp->in_zebra)
		return false;
	if (tp->deleted_twice) {
		gone(track, tp);
		return false;
	}
	tp->deleted_twice = true;
	tp->dirty = true;
	return true;
}

static void retry_expired(struct event *event)
{
	struct frrd_track_prefix *tp;
	struct frrd_trk *track;
	bool waiting = false;

	retry_ms = MIN(retry_ms * 2, RETRY_MAX_MS);
	frr_each_safe (frrd_tracks, &frrd_config.tracks, track) {
		frr_each_safe (frrd_track_prefixes, &track->prefixes, tp)
			waiting |= write_again(track, tp);
		flush_track(track);
		frrd_track_release(track);
	}
	if (waiting)
		retry_later();
	else
		retry_ms = RETRY_MIN_MS;
}

static void take_note(struct frrd_trk *track, struct frrd_track_prefix *tp, int note)
{
	switch ((enum zapi_route_notify_owner)note) {
	case ZAPI_ROUTE_INSTALLED:
		if (tp->wanted)
			set_status(tp, FRRD_ROUTE_INSTALLED, FRRD_CAUSE_NONE);
		return;
	case ZAPI_ROUTE_FAIL_INSTALL:
		if (tp->wanted)
			set_status(tp, FRRD_ROUTE_FAILED, FRRD_CAUSE_REFUSED);
		break;
	case ZAPI_ROUTE_BETTER_ADMIN_WON:
		if (tp->wanted)
			set_status(tp, FRRD_ROUTE_LOST, FRRD_CAUSE_BETTER);
		break;
	case ZAPI_ROUTE_REMOVED:
		/* That of an older entry may come after the new one was written. */
		if (tp->wanted && tp->status == FRRD_ROUTE_INSTALLED)
			set_status(tp, FRRD_ROUTE_REMOVED, FRRD_CAUSE_NONE);
		break;
	case ZAPI_ROUTE_REMOVE_FAIL:
		return;
	}
	if (tp->wanted)
		retry_later();
	else if (tp->in_zebra)
		gone(track, tp);
}

bool frrd_track_notify(const struct prefix *p, int note)
{
	const struct frrd_track_prefix key = { .prefix = *p };
	struct frrd_track_prefix *tp;
	struct frrd_trk *track;

	frr_each_safe (frrd_tracks, &frrd_config.tracks, track) {
		tp = frrd_track_prefixes_find(&track->prefixes, &key);
		if (!tp)
			continue;
		if (frrd_debug_zebra())
			zlog_debug("owner notification %d for %pFX of track %s", note, p,
				   track->name);
		take_note(track, tp, note);
		frrd_track_release(track);
		return true;
	}
	return false;
}

void frrd_track_sync_stop(void)
{
	EVENT_OFF(t_retry);
}
