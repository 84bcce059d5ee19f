// SPDX-License-Identifier: GPL-2.0-or-later
/* frrd-io as a child: start, end, hang, restart; see frrd_ioproc.h. What is said: frrd_ioproc_talk.c. */

#include <zebra.h>

#include "log.h"

#include "frrd_compat.h"
#include "frrd/frrd_errors.h"
#include "frrd/frrd_ioproc.h"
#include "frrd/frrd_ioproc_child.h"
#include "frrd/frrd_ioproc_talk.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_time.h"

#define PING_MS	       500
#define SILENT_MS      2000 /* without a word it hangs */
#define RESTART_MIN_MS 100
#define RESTART_MAX_MS 10000
#define WELL_MS	       10000 /* after that long a failure is a new one */

static struct {
	enum frrd_ioproc_state state;
	struct frrd_ioproc_child child;
	int pid; /* of the last child, for people */
	uint32_t restarts;
	int64_t since_ms;
	int64_t next_ms;
	int64_t heard_ms; /* when it last said something */
	uint32_t ping;
	unsigned int pause_ms;
	struct event *t_start;
	struct event *t_ping;
	struct event *t_restart;
	struct event *t_ended;
	char problem[FRRD_IPC_TEXT];
} io = { .child = FRRD_IOPROC_NO_CHILD };

static const struct frrd_ioproc_handlers *handlers;
static bool (*programs_expected)(void);

static void start(void);

static bool is_needed(void)
{
	return handlers->needed() || frrd_ioproc_talk_waits() ||
	       (programs_expected && programs_expected());
}

static void set_state(enum frrd_ioproc_state state)
{
	io.state = state;
	io.since_ms = frrd_now_ms();
}

static void restart_expired(struct event *event)
{
	set_state(FRRD_IOPROC_IDLE);
	if (!is_needed())
		return;
	io.restarts++;
	start();
}

static void put_down(void)
{
	EVENT_OFF(io.t_ping);
	EVENT_OFF(io.t_ended);
	frrd_ioproc_talk_close();
	frrd_ioproc_child_kill(&io.child);
}

/* It is of no use any more: end it, and start another one after a while. */
static void fail(const char *why)
{
	if (io.state != FRRD_IOPROC_STARTING && io.state != FRRD_IOPROC_RUNNING)
		return;
	if (io.state == FRRD_IOPROC_RUNNING && frrd_now_ms() - io.since_ms >= WELL_MS)
		io.pause_ms = 0;
	io.pause_ms = io.pause_ms ? MIN(io.pause_ms * 2, RESTART_MAX_MS) : RESTART_MIN_MS;
	strlcpy(io.problem, why, sizeof(io.problem));
	flog_err(EC_FRRD_IO, "frrd-io (pid %d): %s; it is started again in %u ms", io.pid, why,
		 io.pause_ms);
	put_down();
	set_state(FRRD_IOPROC_WAITING);
	io.next_ms = frrd_now_ms() + io.pause_ms;
	event_add_timer_msec(frrd_loop, restart_expired, NULL, io.pause_ms, &io.t_restart);
	frrd_ioproc_talk_abandon("frrd-io ended while it ran");
}

static void child_ended(struct event *event)
{
	char why[128];

	/* What it said last may say why. */
	frrd_ioproc_talk_read();
	if (io.state != FRRD_IOPROC_STARTING && io.state != FRRD_IOPROC_RUNNING)
		return;
	frrd_ioproc_child_reap(&io.child, why, sizeof(why));
	fail(why);
}

static void ping_expired(struct event *event)
{
	char why[128];

	/* frrd may have been late itself, with the answer unread. */
	frrd_ioproc_talk_read();
	if (io.state != FRRD_IOPROC_STARTING && io.state != FRRD_IOPROC_RUNNING)
		return;
	if (frrd_now_ms() - io.heard_ms >= SILENT_MS) {
		snprintf(why, sizeof(why), "it has not answered for %" PRId64 " ms",
			 frrd_now_ms() - io.heard_ms);
		fail(why);
		return;
	}
	event_add_timer_msec(frrd_loop, ping_expired, NULL, PING_MS, &io.t_ping);
	if (io.state == FRRD_IOPROC_RUNNING)
		frrd_ioproc_talk_ping(++io.ping);
}

static void start(void)
{
	int ret;

	io.heard_ms = frrd_now_ms();
	set_state(FRRD_IOPROC_STARTING);
	ret = frrd_ioproc_child_start(&io.child);
	io.pid = io.child.pid;
	if (ret < 0) {
		fail(safe_strerror(-ret));
		return;
	}
	frrd_ioproc_talk_open(io.child.sock);
	event_add_read(frrd_loop, child_ended, NULL, io.child.pidfd, &io.t_ended);
	event_add_timer_msec(frrd_loop, ping_expired, NULL, PING_MS, &io.t_ping);
}

/* What was configured may be gone by now. */
static void start_event(struct event *event)
{
	if (is_needed())
		start();
}

/* --- what frrd_ioproc_talk.c tells --------------------------------------------------- */

static void heard(void)
{
	io.heard_ms = frrd_now_ms();
}

static void said_hello(void)
{
	if (io.state != FRRD_IOPROC_STARTING)
		return;
	set_state(FRRD_IOPROC_RUNNING);
	zlog_notice("frrd-io is running, pid %d", io.child.pid);
	handlers->ready();
}

static const struct frrd_ioproc_talker talker = {
	.heard = heard,
	.hello = said_hello,
	.broken = fail,
};

/* --- the rest of frrd ------------------------------------------------------------------ */

void frrd_ioproc_init(const struct frrd_ioproc_handlers *h)
{
	handlers = h;
	frrd_ioproc_talk_init(h, &talker);
}

void frrd_ioproc_set_expected(bool (*expected)(void))
{
	programs_expected = expected;
}

void frrd_ioproc_fini(void)
{
	EVENT_OFF(io.t_start);
	EVENT_OFF(io.t_restart);
	put_down();
	frrd_ioproc_child_fini();
	frrd_ioproc_talk_fini();
	set_state(FRRD_IOPROC_IDLE);
}

void frrd_ioproc_flush(void)
{
	/* From the event loop: it does not run in a process that only checks a configuration. */
	if (io.state == FRRD_IOPROC_IDLE && is_needed())
		event_add_event(frrd_loop, start_event, NULL, 0, &io.t_start);
	else if (io.state == FRRD_IOPROC_RUNNING)
		frrd_ioproc_talk_write();
}

void frrd_ioproc_read_now(void)
{
	frrd_ioproc_talk_read();
}

struct frrd_ioproc_status frrd_ioproc_status(void)
{
	return (struct frrd_ioproc_status){
		.state = io.state,
		.pid = io.child.pid,
		.restarts = io.restarts,
		.since_ms = io.since_ms,
		.next_ms = io.next_ms,
		.problem = io.problem,
	};
}

bool frrd_ioproc_is_running(void)
{
	return io.state == FRRD_IOPROC_RUNNING;
}

const char *frrd_ioproc_state_name(enum frrd_ioproc_state state)
{
	switch (state) {
	case FRRD_IOPROC_IDLE:
		break;
	case FRRD_IOPROC_STARTING:
		return "starting";
	case FRRD_IOPROC_RUNNING:
		return "running";
	case FRRD_IOPROC_WAITING:
		return "waiting";
	}
	return "idle";
}
