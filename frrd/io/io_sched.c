// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The scheduler of probes; see io_sched.h.
 *
 * Run n of a probe is planned for first + n * interval, whatever the runs before it
 * took: nothing drifts. Jitter moves single runs and not the plan. When a run is still
 * going as the next is due, that one begins at its end; never more than one is owed.
 *
 * While the results of a probe do not settle its state, a retry takes the place of the
 * plan: it begins the retry-interval after the run before it, or at its end. The state
 * is found by the code by which frrd finds it.
 */

#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include <sys/queue.h>

#include <event2/util.h>

#include "frrd/core/health.h"
#include "frrd/io/io.h"
#include "frrd/io/io_channel.h"
#include "frrd/io/io_resolve.h"
#include "frrd/io/io_sched.h"
#include "frrd/io/io_text.h"

/* First runs of probes that are made together are spread over this time at most. */
#define SPREAD_US 1000000

/*
 * Runs are planned for multiples of one of these, as far as the interval is one: many
 * probes share a wake-up, and none is late for it. 20 steps are in an interval at least,
 * so that those which are made together still do not run together.
 */
static const int64_t grids_us[] = { 25000, 10000, 5000 };
#define GRIDS	   (sizeof(grids_us) / sizeof(grids_us[0]))
#define GRID_STEPS 20

/* What a run needs is together, and the long texts are behind it. */
struct io_probe {
	uint32_t id; /* key of the tree; that of spec */
	bool running;
	bool owed;   /* the next run was due while this one went on */
	bool retry;  /* `due` is for a retry, and not for the planned run */
	bool unsent; /* `newest` waits in the list */
	bool has_target, literal, zoned;
	uint16_t port;
	const struct io_kind *kind;
	void *data; /* of the kind, for this configuration */
	void *run;
	struct event *due, *limit;
	struct timeval timeout;
	int64_t planned_us;	/* the next run of the plan, without jitter */
	int64_t begun_us;	/* of the run */
	int64_t started_us;	/* of the run; when its name is resolved: of the kind's part */
	struct frrd_probe_health health;
	struct io_query *query; /* the name is being resolved */
	struct io_host *host;	/* of a name */
	union io_addr addr;	/* of a literal */
	TAILQ_ENTRY(io_probe) item;
	struct frrd_ipc_probe spec;
	struct frrd_ipc_result newest;
	char broken[FRRD_IPC_TEXT]; /* why it cannot run, or "" */
};

static void *tree; /* struct io_probe by id */
static TAILQ_HEAD(probes, io_probe) unsent = TAILQ_HEAD_INITIALIZER(unsent);

const struct frrd_ipc_probe *io_probe_spec(const struct io_probe *probe)
{
	return &probe->spec;
}

void *io_probe_data(const struct io_probe *probe)
{
	return probe->data;
}

void *io_probe_run(const struct io_probe *probe)
{
	return probe->run;
}

void io_probe_set_run(struct io_probe *probe, void *run)
{
	probe->run = run;
}

int64_t io_probe_started_us(const struct io_probe *probe)
{
	return probe->started_us;
}

/* 0 to below - 1; not for secrets that matter. */
static int64_t random_below(int64_t below)
{
	uint32_t value;

	evutil_secure_rng_get_bytes(&value, sizeof(value));
	return (int64_t)(((uint64_t)value * (uint64_t)below) >> 32);
}

/* The step of first runs and, when there are enough of them in it, of the jitter. */
static int64_t grid_us(int64_t interval_us)
{
	for (size_t i = 0; i + 1 < GRIDS; i++)
		if (interval_us >= GRID_STEPS * grids_us[i] && interval_us % grids_us[i] == 0)
			return grids_us[i];
	return grids_us[GRIDS - 1];
}

static int64_t random_jitter(int64_t interval_us, int64_t jitter_us)
{
	int64_t step = grid_us(interval_us);

	if (!jitter_us)
		return 0;
	if (jitter_us < 2 * step)
		step = 1;
	return (random_below(2 * (jitter_us / step) + 1) - jitter_us / step) * step;
}

static void add_timer(struct event *timer, int64_t delay_us)
{
	struct timeval tv;

	if (delay_us < 0)
		delay_us = 0;
	tv.tv_sec = delay_us / 1000000;
	tv.tv_usec = delay_us % 1000000;
	event_add(timer, &tv);
}

/* --- results ---------------------------------------------------------------------- */

/* When the next run begins, if that is not when it was planned. */
static void follow_up(struct io_probe *probe, bool good, int64_t now)
{
	const struct frrd_ipc_probe *spec = &probe->spec;
	const bool owed = probe->owed;

	probe->owed = false;
	frrd_health_result(&probe->health, good, spec->rise, spec->fall);
	if (spec->retry_ms < spec->interval_ms && !frrd_health_is_settled(&probe->health)) {
		probe->retry = true;
		add_timer(probe->due, probe->begun_us + (int64_t)spec->retry_ms * 1000 - now);
	} else if (owed) {
		add_timer(probe->due, 0);
	}
}

void io_done(struct io_probe *probe, bool good, const char *format, ...)
{
	struct frrd_ipc_result *result = &probe->newest;
	va_list args;
	int64_t took;

	/* Said twice, or after the timeout: the first word counts. */
	if (!probe->running)
		return;
	probe->running = false;
	event_del(probe->limit);

	result->id = probe->id;
	result->generation = probe->spec.generation;
	result->good = good;
	result->at_us = io_now_us();
	took = result->at_us - probe->started_us;
	result->latency_us = !good ? 0 : took > UINT32_MAX ? UINT32_MAX : (uint32_t)took;
	va_start(args, format);
	vsnprintf(result->text, sizeof(result->text), format, args);
	va_end(args);
	io_text_printable(result->text);

	if (!probe->unsent) {
		probe->unsent = true;
		TAILQ_INSERT_TAIL(&unsent, probe, item);
	}
	io_channel_kick();
	follow_up(probe, good, result->at_us);
}

static void forget_result(struct io_probe *probe)
{
	if (!probe->unsent)
		return;
	probe->unsent = false;
	TAILQ_REMOVE(&unsent, probe, item);
}

bool io_sched_results(struct frrd_ipc_buffer *buffer)
{
	struct io_probe *probe;

	if (TAILQ_EMPTY(&unsent))
		return false;
	frrd_ipc_begin_results(buffer);
	while ((probe = TAILQ_FIRST(&unsent)) && frrd_ipc_add_result(buffer, &probe->newest))
		forget_result(probe);
	return true;
}

/* --- a run -------------------------------------------------------------------------- */

static void start_kind(struct io_probe *probe, const struct sockaddr *addr, socklen_t length)
{
	probe->started_us = io_now_us();
	probe->kind->start(probe, addr, length);
}

static void start_at(struct io_probe *probe, const union io_addr *addr)
{
	union io_addr with_port = *addr;

	if (addr->sa.sa_family == AF_INET6) {
		with_port.in6.sin6_port = htons(probe->port);
		start_kind(probe, &with_port.sa, sizeof(with_port.in6));
	} else {
		with_port.in.sin_port = htons(probe->port);
		start_kind(probe, &with_port.sa, sizeof(with_port.in));
	}
}

static void resolved(void *arg, const union io_addr *in, const union io_addr *in6,
		     const char *error)
{
	struct io_probe *probe = arg;
	const union io_addr *addr;

	probe->query = NULL;
	if (error) {
		io_done(probe, false, "%s: %s", io_host_name(probe->host), error);
		return;
	}
	addr = io_choose_address(&probe->spec, in, in6);
	if (!addr) {
		io_done(probe, false, "%s has no address of the family of source-address",
			io_host_name(probe->host));
		return;
	}
	start_at(probe, addr);
}

/* An interface may come, go and come back with another number. */
static bool renew_zone(struct io_probe *probe)
{
	char host[FRRD_IPC_HOST];

	return probe->kind->target(&probe->spec, probe->data, host, &probe->port) &&
	       io_resolve_literal(host, &probe->addr) && probe->addr.in6.sin6_scope_id;
}

static void begin_run(struct io_probe *probe)
{
	struct io_query *query;

	probe->running = true;
	probe->begun_us = probe->started_us = io_now_us();
	if (probe->broken[0]) {
		io_done(probe, false, "%s", probe->broken);
		return;
	}
	event_add(probe->limit, &probe->timeout);
	if (!probe->has_target) {
		start_kind(probe, NULL, 0);
	} else if (probe->zoned && !renew_zone(probe)) {
		io_done(probe, false, "the interface of the address is not there");
	} else if (probe->literal) {
		start_at(probe, &probe->addr);
	} else {
		query = io_resolve(probe->host, resolved, probe);
		/* When the answer was known, the run is under way or over already. */
		if (query)
			probe->query = query;
	}
}

/* Leaves nothing of a run, and reports nothing. */
static void cancel_run(struct io_probe *probe)
{
	if (!probe->running)
		return;
	if (probe->query) {
		io_query_cancel(probe->query);
		probe->query = NULL;
	} else {
		probe->kind->cancel(probe);
		probe->run = NULL;
	}
	event_del(probe->limit);
}

static void timed_out(evutil_socket_t fd, short what, void *arg)
{
	struct io_probe *probe = arg;
	const bool resolving = probe->query != NULL;

	if (!probe->running)
		return;
	cancel_run(probe);
	if (resolving)
		io_done(probe, false, "%s: not resolved within %u ms", io_host_name(probe->host),
			probe->spec.timeout_ms);
	else
		io_done(probe, false, "timed out after %u ms", probe->spec.timeout_ms);
}

/*
 * The next run of the plan, when one begins. What a process missed that stood still is
 * not made up for; and after a run that was owed or late, half an interval passes first.
 */
static void plan_next(struct io_probe *probe)
{
	const int64_t interval = (int64_t)probe->spec.interval_ms * 1000;
	const int64_t jitter = interval * probe->spec.jitter / 100;
	const int64_t now = io_now_us();
	int64_t at, earliest = now;

	if (!probe->retry) {
		probe->planned_us += interval;
		earliest += interval / 2 - jitter;
	}
	if (probe->planned_us < earliest)
		probe->planned_us +=
			(earliest - probe->planned_us + interval - 1) / interval * interval;
	probe->retry = false;
	at = probe->planned_us + random_jitter(interval, jitter);
	add_timer(probe->due, at - now);
}

static void due(evutil_socket_t fd, short what, void *arg)
{
	struct io_probe *probe = arg;

	if (probe->running) {
		probe->owed = true;
		return;
	}
	plan_next(probe);
	begin_run(probe);
}

/* --- probes ------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
	const uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

static struct io_probe *find(uint32_t id)
{
	void *node = tfind(&id, &tree, compare);

	return node ? *(struct io_probe **)node : NULL;
}

static void destroy(struct io_probe *probe)
{
	tdelete(probe, &tree, compare);
	if (probe->due && probe->limit)
		cancel_run(probe);
	forget_result(probe);
	if (probe->data && probe->kind->release)
		probe->kind->release(probe->data);
	io_host_put(probe->host);
	if (probe->due)
		event_free(probe->due);
	if (probe->limit)
		event_free(probe->limit);
	free(probe);
}

static const struct io_kind *kind_of(uint8_t kind)
{
	switch ((enum frrd_ipc_kind)kind) {
	case FRRD_IPC_ICMP:
		return &io_icmp;
	case FRRD_IPC_TCP:
		return &io_tcp;
	case FRRD_IPC_HTTP:
		return &io_http;
	case FRRD_IPC_EXEC:
		return &io_exec;
	case FRRD_IPC_KINDS:
		break;
	}
	return NULL;
}

/* What of the configuration is looked at once. */
static void prepare(struct io_probe *probe)
{
	const struct io_kind *kind = probe->kind;
	char reason[FRRD_IPC_TEXT], host[FRRD_IPC_HOST];
	const char *why = NULL;

	if (kind->prepare)
		why = kind->prepare(&probe->spec, &probe->data, reason);
	if (why) {
		snprintf(probe->broken, sizeof(probe->broken), "%s", why);
		return;
	}
	probe->has_target = kind->target &&
			    kind->target(&probe->spec, probe->data, host, &probe->port);
	if (!probe->has_target)
		return;
	probe->literal = io_resolve_literal(host, &probe->addr);
	probe->zoned = probe->literal && strchr(host, '%');
	if (probe->literal)
		return;
	probe->host = io_host_get(host);
	if (!probe->host)
		snprintf(probe->broken, sizeof(probe->broken), "not enough memory");
}

/*
 * Nearly every limit is taken back before it is over. libevent has lists for timeouts of
 * one length, which cost less than its heap; as it has 256 of them, only usual lengths
 * get one, of which there are 200.
 */
static struct timeval limit_of(uint32_t timeout_ms)
{
	struct timeval tv = { timeout_ms / 1000, timeout_ms % 1000 * 1000 };
	const struct timeval *common = NULL;

	if (timeout_ms % 50 == 0 && timeout_ms <= 10000)
		common = event_base_init_common_timeout(io_base, &tv);
	return common ? *common : tv;
}

void io_sched_set(const struct frrd_ipc_probe *spec)
{
	const int64_t interval = (int64_t)spec->interval_ms * 1000, grid = grid_us(interval);
	const int64_t spread = interval < SPREAD_US ? interval : SPREAD_US;
	int64_t now;
	struct io_probe *probe;

	io_sched_del(spec->id);
	probe = calloc(1, sizeof(*probe));
	if (probe) {
		probe->id = spec->id;
		probe->spec = *spec;
		probe->kind = kind_of(spec->kind);
		probe->timeout = limit_of(spec->timeout_ms);
		probe->due = event_new(io_base, -1, 0, due, probe);
		probe->limit = event_new(io_base, -1, 0, timed_out, probe);
	}
	if (!probe || !probe->due || !probe->limit || !tsearch(probe, &tree, compare)) {
		io_log(LOG_ERR, "probe %u does not run: not enough memory", spec->id);
		if (probe)
			destroy(probe);
		return;
	}
	prepare(probe);
	now = io_now_us();
	probe->planned_us = (now + random_below(spread) + grid - 1) / grid * grid;
	add_timer(probe->due, probe->planned_us - now);
}

void io_sched_del(uint32_t id)
{
	struct io_probe *probe = find(id);

	if (probe)
		destroy(probe);
}

void io_sched_finish(void)
{
	while (tree)
		destroy(*(struct io_probe **)tree);
}
