// SPDX-License-Identifier: GPL-2.0-or-later
/* Retention of routes in zebra; see frrd_retain.h. */

#include <zebra.h>

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_debug.h"
#include "frrd/frrd_drain.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_retain.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_zebra.h"

/* zebra compares seconds; a little more than one covers that, and the way to it. */
#define QUIET_MS 1100

enum retain_state {
	RETAIN_DOWN,	 /* no session */
	RETAIN_ADOPTING, /* zebra may hold routes of an earlier session */
	RETAIN_OFF,	 /* not configured, or the process ends */
	RETAIN_BUSY,	 /* routes were added a moment ago */
	RETAIN_ARMED,	 /* zebra keeps the routes when this process dies */
};

static enum retain_state state;
static unsigned int armed_s; /* ARMED: for so long */
static int64_t active_ms;    /* the last route was added, or reported on */
static bool stopped;
static struct event *t_quiet;

/* Only with markers can a frrd that comes back know whether somebody else took over. */
static unsigned int configured_s(void)
{
	return frrd_config.arbiter == FRRD_ARBITER_BGP ? frrd_config.stale_retention_ms / 1000 : 0;
}

static void disarm(enum retain_state next)
{
	frrd_zebra_retain(FRRD_RETAIN_NOTHING, 0);
	state = next;
}

static void quiet_expired(struct event *event);

static void watch_quiet(int64_t after_ms)
{
	event_add_timer_msec(frrd_loop, quiet_expired, NULL, after_ms, &t_quiet);
}

static void become_busy(void)
{
	disarm(RETAIN_BUSY);
	active_ms = frrd_now_ms();
	EVENT_OFF(t_quiet);
	watch_quiet(QUIET_MS);
}

static void quiet_expired(struct event *event)
{
	int64_t quiet_ms = frrd_now_ms() - active_ms;

	if (frrd_drain_any())
		quiet_ms = 0; /* they must not outlive this process */
	if (quiet_ms < QUIET_MS) {
		watch_quiet(QUIET_MS - quiet_ms);
		return;
	}
	armed_s = configured_s();
	frrd_zebra_retain(FRRD_RETAIN_ALL, armed_s);
	state = RETAIN_ARMED;
	if (frrd_debug_zebra())
		zlog_debug("zebra keeps the routes for %u s if frrd dies now", armed_s);
}

void frrd_retain_apply(void)
{
	if (stopped || frrd_config.arbiter == FRRD_ARBITER_NONE)
		return;
	switch (state) {
	case RETAIN_DOWN:
		return;
	case RETAIN_ADOPTING:
	case RETAIN_BUSY:
		if (!configured_s()) {
			EVENT_OFF(t_quiet);
			disarm(RETAIN_OFF);
		}
		return;
	case RETAIN_OFF:
		if (configured_s())
			become_busy();
		return;
	case RETAIN_ARMED:
		if (!configured_s())
			disarm(RETAIN_OFF);
		else if (configured_s() != armed_s)
			become_busy();
		return;
	}
}

void frrd_retain_zebra_up(void)
{
	state = RETAIN_ADOPTING;
	frrd_retain_apply();
}

void frrd_retain_zebra_down(void)
{
	EVENT_OFF(t_quiet);
	state = RETAIN_DOWN;
}

void frrd_retain_adding(void)
{
	if (state == RETAIN_ARMED)
		become_busy();
	else if (state == RETAIN_BUSY)
		active_ms = frrd_now_ms();
}

void frrd_retain_answered(void)
{
	if (state == RETAIN_BUSY)
		active_ms = frrd_now_ms();
}

void frrd_retain_resumed(void)
{
	if (state != RETAIN_ADOPTING)
		return;
	frrd_zebra_retain(FRRD_RETAIN_WRITTEN, 0);
	become_busy();
}

void frrd_retain_closing(void)
{
	if (state == RETAIN_ARMED)
		disarm(RETAIN_OFF);
}

void frrd_retain_stop(void)
{
	if (stopped)
		return;
	stopped = true;
	EVENT_OFF(t_quiet);
	if (state != RETAIN_DOWN)
		disarm(RETAIN_OFF);
}
