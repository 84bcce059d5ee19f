// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Own markers into zebra and out of it, and its answers.  As with the routes of
 * groups, the status follows the owner notifications, and zebra 8.4 is silent in
 * some cases (see frrd_route_sync.c): what has no answer is written again.
 */

#include <zebra.h>

#include "zclient.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_debug.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_errors.h"
#include "frrd/frrd_marker_sync.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_zebra.h"

#define RETRY_MIN_MS 1000
#define RETRY_MAX_MS 8000 /* without its beacon a site is dead to the others */
/* So often was it written again, after 1 s and 2 s, when it counts as hidden. */
#define HIDDEN 2

static size_t standing;
static struct event *t_retry;
static unsigned int retry_ms = RETRY_MIN_MS;

static void retry_expired(struct event *event);

/* What is new has not to wait until what has no answer for long is tried again. */
static void retry_soon(void)
{
	if (t_retry && retry_ms == RETRY_MIN_MS)
		return;
	EVENT_OFF(t_retry);
	retry_ms = RETRY_MIN_MS;
	event_add_timer_msec(frrd_loop, retry_expired, NULL, retry_ms, &t_retry);
}

static void set_status(struct marker *marker, enum marker_status status)
{
	standing -= marker->status != STATUS_OUT;
	marker->status = status;
	standing += status != STATUS_OUT;
}

static enum frrd_zebra_send write_add(const struct marker *marker)
{
	const struct frrd_route_params params = {
		.nexthop.blackhole = true,
		.tag = frrd_config.marker_tag,
		.distance = frrd_config.distance,
		.table = frrd_config.route_table,
	};

	if (marker->cover)
		return frrd_zebra_cover_add(&marker->prefix);
	return frrd_zebra_route_add(&marker->prefix, &params, IFINDEX_INTERNAL);
}

static enum frrd_zebra_send write_delete(const struct marker *marker)
{
	return marker->cover ? frrd_zebra_cover_delete(&marker->prefix)
			     : frrd_zebra_route_delete(&marker->prefix);
}

/*
 * A full buffer (FRRD_SEND_FULL) has taken the message all the same: there are too
 * few markers to wait, and they must not change their place among the prefixes.
 */
void frrd_marker_write(struct marker *marker)
{
	if (marker->wanted) {
		if (frrd_marker_held_back(marker) || write_add(marker) == FRRD_SEND_CLOSED)
			return;
		set_status(marker, STATUS_WRITTEN);
	} else {
		if (write_delete(marker) == FRRD_SEND_CLOSED)
			return;
		set_status(marker, STATUS_DELETED);
	}
	if (!t_retry)
		retry_soon();
}

static bool is_hidden(const struct marker *marker)
{
	return marker->written_again >= HIDDEN;
}

/* What covers markers does so no worse when it is somebody else's. */
static void count_write(struct marker *marker)
{
	if (marker->cover || !marker->wanted || is_hidden(marker))
		return;
	marker->written_again++;
	if (is_hidden(marker))
		flog_warn(EC_FRRD_MARKER,
			  "the %s %pFX of this site is not selected by zebra: the other sites do not hear it",
			  frrd_marker_name(marker->kind), &marker->prefix);
}

static void forget_writes(struct marker *marker)
{
	if (is_hidden(marker) && marker->status == STATUS_INSTALLED)
		zlog_notice("the %s %pFX of this site is selected by zebra",
			    frrd_marker_name(marker->kind), &marker->prefix);
	marker->written_again = 0;
}

size_t frrd_marker_hidden(struct prefix *ret_prefix, const char **ret_name)
{
	const struct marker *marker, *first = NULL;
	size_t count = 0;

	frr_each (markers_const, &frrd_markers, marker) {
		if (!is_hidden(marker))
			continue;
		count++;
		if (!first || marker->kind < first->kind)
			first = marker;
	}
	if (first) {
		prefix_copy(ret_prefix, &first->prefix);
		*ret_name = frrd_marker_name(first->kind);
	}
	return count;
}

void frrd_marker_set_wanted(struct marker *marker, bool wanted)
{
	if (marker->wanted == wanted)
		return;
	marker->wanted = wanted;
	marker->deleted_twice = false;
	forget_writes(marker);
	if (!wanted && marker->status == STATUS_OUT)
		return;
	frrd_marker_write(marker);
	if (marker->status != STATUS_OUT)
		retry_soon();
}

/* zebra has nothing of it any more. May free it. */
static void gone(struct marker *marker)
{
	set_status(marker, STATUS_OUT);
	frrd_marker_release(marker);
	if (!standing)
		frrd_engine_markers_gone();
}

/* Zebra's silence, see frrd_route_sync.c: write again what has no answer. */
static void retry_expired(struct event *event)
{
	struct marker *marker;
	bool waiting = false, deleted = false;

	/* first, for it is not soon that what is written now is tried again */
	retry_ms = MIN(retry_ms * 2, RETRY_MAX_MS);
	event_add_timer_msec(frrd_loop, retry_expired, NULL, retry_ms, &t_retry);
	frr_each_safe (markers, &frrd_markers, marker) {
		if (marker->status == STATUS_OUT || marker->status == STATUS_INSTALLED)
			continue;
		if (marker->status == STATUS_DELETED && marker->deleted_twice) {
			gone(marker); /* it was not there */
			continue;
		}
		marker->deleted_twice = marker->status == STATUS_DELETED;
		count_write(marker);
		frrd_marker_write(marker);
		waiting = true;
		deleted |= marker->deleted_twice;
	}
	if (!waiting)
		EVENT_OFF(t_retry);
	else if (deleted)
		retry_soon(); /* what is to go must not hold up the end of the process */
}

bool frrd_marker_notify(const struct prefix *p, int note)
{
	struct marker *marker = frrd_marker_find(p);
	enum marker_status before;

	if (!marker || marker->status == STATUS_OUT)
		return false;
	if (frrd_debug_zebra())
		zlog_debug("owner notification %d for marker %pFX", note, p);
	if (!marker->wanted) {
		if (note != ZAPI_ROUTE_INSTALLED)
			gone(marker);
		return true;
	}
	before = marker->status;
	switch ((enum zapi_route_notify_owner)note) {
	case ZAPI_ROUTE_INSTALLED:
		set_status(marker, STATUS_INSTALLED);
		forget_writes(marker);
		break;
	case ZAPI_ROUTE_FAIL_INSTALL:
	case ZAPI_ROUTE_BETTER_ADMIN_WON:
		set_status(marker, STATUS_BLOCKED);
		break;
	case ZAPI_ROUTE_REMOVED:
		/* That of an older entry may come after the new one was written. */
		if (marker->status == STATUS_INSTALLED)
			set_status(marker, STATUS_BLOCKED);
		break;
	case ZAPI_ROUTE_REMOVE_FAIL:
		break;
	}
	if (marker->status == STATUS_BLOCKED && (before == STATUS_INSTALLED || !t_retry))
		retry_soon();
	return true;
}

void frrd_marker_sync_down(void)
{
	struct marker *marker;

	EVENT_OFF(t_retry);
	frr_each_safe (markers, &frrd_markers, marker) {
		set_status(marker, STATUS_OUT);
		forget_writes(marker);
		frrd_marker_release(marker);
	}
}

size_t frrd_marker_standing(void)
{
	return standing;
}

void frrd_marker_sync_fini(void)
{
	EVENT_OFF(t_retry);
}
