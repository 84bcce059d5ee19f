// SPDX-License-Identifier: GPL-2.0-or-later
/* Probes at run time; see frrd_probe_run.h. */

#include <zebra.h>

#include "jhash.h"
#include "log.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_errors.h"
#include "frrd/frrd_ioproc.h"
#include "frrd/frrd_journal.h"
#include "frrd/frrd_notify.h"
#include "frrd/frrd_probe_local.h"
#include "frrd/frrd_probe_run.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_track.h"

#define LOOK_MS 100 /* whether results are missing is looked at so often at most */

static int cmp_id(const struct frrd_probe *a, const struct frrd_probe *b)
{
	return numcmp(a->io.id, b->io.id);
}

static uint32_t hash_id(const struct frrd_probe *probe)
{
	return jhash_1word(probe->io.id, 0);
}

DECLARE_HASH(frrd_probe_ids, struct frrd_probe, id_item, cmp_id, hash_id);

static struct frrd_probe_ids_head by_id; /* those that frrd-io runs */
static uint32_t last_id;		 /* ids are not used again */
static size_t unsent;			 /* of those in by_id */

void frrd_probe_run_tell_users(const char *name)
{
	struct frrd_member *member;
	struct frrd_trk *track;
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp) {
		member = frrd_member_local(grp);
		if (member && frrd_probe_use_find(&member->probes, name))
			frrd_engine_health_changed(grp);
	}
	frr_each_safe (frrd_tracks, &frrd_config.tracks, track)
		if (!track->removed && frrd_probe_use_find(&track->use, name))
			frrd_track_evaluate(track);
}

/* The state was `before` and is another one now. */
static void report(struct frrd_probe *probe, enum frrd_health before)
{
	probe->since_ms = frrd_now_ms();
	probe->changes++;
	if (probe->health.state == FRRD_HEALTH_UNKNOWN)
		flog_warn(EC_FRRD_PROBE_UNKNOWN, "probe %s: %s -> unknown: %s", probe->name,
			  frrd_health_name(before), probe->text);
	else
		zlog_notice("probe %s: %s -> %s: %s", probe->name, frrd_health_name(before),
			    frrd_health_name(probe->health.state), probe->text);
	frrd_journal_probe(probe, before);
	frrd_notify_probe(probe, before);
	frrd_probe_run_tell_users(probe->name);
}

static void take_result(struct frrd_probe *probe, bool good, uint32_t latency_us, const char *text,
			uint8_t rise, uint8_t fall)
{
	enum frrd_health before = probe->health.state;

	if (good)
		probe->good++;
	else
		probe->bad++;
	if (good)
		probe->latency_us = latency_us;
	probe->result_ms = frrd_now_ms();
	strlcpy(probe->text, text, sizeof(probe->text));
	if (frrd_health_result(&probe->health, good, rise, fall))
		report(probe, before);
}

void frrd_probe_run_event(struct frrd_probe *probe, bool good, const char *text)
{
	take_result(probe, good, 0, text, 1, 1);
}

void frrd_probe_run_unknown(struct frrd_probe *probe, const char *text)
{
	enum frrd_health before = probe->health.state;

	strlcpy(probe->text, text, sizeof(probe->text));
	if (frrd_health_lost(&probe->health))
		report(probe, before);
}

/* --- what frrd-io runs -------------------------------------------------------- */

/*
 * The time in which a result has to come. One run may be early and the next one late by
 * the jitter; and after a run that was longer than the interval there may be half an
 * interval more until the next.
 */
static int64_t patience_ms(const struct frrd_probe *probe)
{
	return (int64_t)probe->io.interval_ms * (100 + MAX(2 * probe->io.jitter, 50)) / 100 +
	       probe->io.timeout_ms + FRRD_PROBE_GRACE_MS;
}

static void lost_expired(struct event *event);

/* Rounded up, so that a thousand probes share their wake-ups. */
static void expect_result(struct frrd_probe *probe, int64_t in_ms)
{
	int64_t now_ms = frrd_now_ms();
	int64_t at_ms = (now_ms + in_ms + LOOK_MS - 1) / LOOK_MS * LOOK_MS;

	EVENT_OFF(probe->t_lost);
	event_add_timer_msec(frrd_loop, lost_expired, probe, at_ms - now_ms, &probe->t_lost);
}

static void lost(struct frrd_probe *probe)
{
	struct frrd_ioproc_status io = frrd_ioproc_status();
	char text[FRRD_IPC_TEXT];

	if (io.state == FRRD_IOPROC_RUNNING)
		snprintf(text, sizeof(text), "no result for %" PRId64 " ms",
			 frrd_now_ms() - probe->result_ms);
	else
		snprintf(text, sizeof(text), "no result, because frrd-io does not run%s%s",
			 io.problem[0] ? ": " : "", io.problem);
	frrd_probe_run_unknown(probe, text);
}

/* Of its patience. */
static int64_t left_of(const struct frrd_probe *probe)
{
	return probe->result_ms + patience_ms(probe) - frrd_now_ms();
}

/*
 * The timer is not started anew for each result, but looks what has come.  When frrd
 * itself was late, the results are there and were not read yet.
 */
static void lost_expired(struct event *event)
{
	struct frrd_probe *probe = EVENT_ARG(event);
	int64_t left_ms = left_of(probe);

	if (left_ms <= 0) {
		frrd_ioproc_read_now();
		left_ms = left_of(probe);
	}
	if (left_ms > 0) {
		expect_result(probe, left_ms);
		return;
	}
	lost(probe);
	expect_result(probe, patience_ms(probe));
}

static void set_unsent(struct frrd_probe *probe, bool value)
{
	unsent += value;
	unsent -= probe->unsent;
	probe->unsent = value;
}

static uint8_t ipc_kind(enum frrd_probe_kind kind)
{
	switch (kind) {
	case FRRD_PROBE_ICMP:
		return FRRD_IPC_ICMP;
	case FRRD_PROBE_TCP:
		return FRRD_IPC_TCP;
	case FRRD_PROBE_HTTP:
		return FRRD_IPC_HTTP;
	case FRRD_PROBE_EXEC:
		return FRRD_IPC_EXEC;
	case FRRD_PROBE_NONE:
	case FRRD_PROBE_BFD:
	case FRRD_PROBE_INTERFACE:
	case FRRD_PROBE_ROUTE:
		break;
	}
	return 0;
}

static void io_start(struct frrd_probe *probe)
{
	probe->io.kind = ipc_kind(probe->kind);
	probe->io.generation++;
	if (!probe->io.id) {
		probe->io.id = ++last_id;
		frrd_probe_ids_add(&by_id, probe);
	}
	set_unsent(probe, true);
	probe->result_ms = frrd_now_ms();
	expect_result(probe, patience_ms(probe));
}

static void io_stop(struct frrd_probe *probe)
{
	EVENT_OFF(probe->t_lost);
	set_unsent(probe, false);
	frrd_probe_ids_del(&by_id, probe);
	frrd_ioproc_probe_del(probe->io.id);
	probe->io.id = 0;
}

static void io_ready(void)
{
	struct frrd_probe *probe;

	frr_each (frrd_probe_ids, &by_id, probe)
		set_unsent(probe, true);
}

/* Goes on where it was, so that thousands of probes are sent in linear time. */
static bool io_next(const struct frrd_ipc_probe **ret_probe)
{
	static uint32_t cursor_id;
	struct frrd_probe key = { .io.id = cursor_id };
	struct frrd_probe *probe;

	if (!unsent)
		return false;
	probe = frrd_probe_ids_find(&by_id, &key);
	for (size_t i = 0; i <= frrd_probe_ids_count(&by_id); i++) {
		if (probe)
			probe = frrd_probe_ids_next(&by_id, probe);
		if (!probe)
			probe = frrd_probe_ids_first(&by_id);
		if (probe && probe->unsent) {
			cursor_id = probe->io.id;
			*ret_probe = &probe->io;
			return true;
		}
	}
	return false;
}

static struct frrd_probe *by_ipc(uint32_t id, uint32_t generation)
{
	struct frrd_probe key = { .io.id = id };
	struct frrd_probe *probe = frrd_probe_ids_find(&by_id, &key);

	return probe && probe->io.generation == generation ? probe : NULL;
}

static void io_sent(const struct frrd_ipc_probe *io)
{
	struct frrd_probe *probe = by_ipc(io->id, io->generation);

	if (probe)
		set_unsent(probe, false);
}

/* It may quote what the network said; it goes to terminals and into XML. */
static const char *printable(const char *from, char *buf, size_t size)
{
	strlcpy(buf, from, size);
	for (char *c = buf; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return buf;
}

static void io_result(const struct frrd_ipc_result *result)
{
	struct frrd_probe *probe = by_ipc(result->id, result->generation);
	char text[FRRD_IPC_TEXT];

	if (probe)
		take_result(probe, result->good, result->latency_us,
			    printable(result->text, text, sizeof(text)), probe->io.rise,
			    probe->io.fall);
}

static bool io_needed(void)
{
	return frrd_probe_ids_count(&by_id) > 0;
}

const struct frrd_ioproc_handlers *frrd_probe_run_handlers(void)
{
	static const struct frrd_ioproc_handlers handlers = {
		.ready = io_ready,
		.next = io_next,
		.sent = io_sent,
		.result = io_result,
		.needed = io_needed,
	};

	return &handlers;
}

/* --- start and stop ----------------------------------------------------------- */

/* Is everything there that the kind needs? */
static bool is_complete(const struct frrd_probe *probe)
{
	switch (probe->kind) {
	case FRRD_PROBE_NONE:
		return false;
	case FRRD_PROBE_ICMP:
		return probe->io.host[0];
	case FRRD_PROBE_TCP:
		return probe->io.host[0] && probe->io.port;
	case FRRD_PROBE_HTTP:
		return probe->io.url[0];
	case FRRD_PROBE_EXEC:
		return probe->io.command[0];
	case FRRD_PROBE_BFD:
		return probe->bfd.peer.family;
	case FRRD_PROBE_INTERFACE:
		return probe->interface.name[0];
	case FRRD_PROBE_ROUTE:
		return probe->route.prefix.family;
	}
	return false;
}

void frrd_probe_run_stop(struct frrd_probe *probe)
{
	if (probe->running == FRRD_PROBE_NONE)
		return;
	if (frrd_probe_kind_is_io(probe->running))
		io_stop(probe);
	else
		frrd_probe_local_stop(probe);
	probe->running = FRRD_PROBE_NONE;
}

static void forget_state(struct frrd_probe *probe)
{
	enum frrd_health before = probe->health.state;

	frrd_health_init(&probe->health);
	if (before != FRRD_HEALTH_UNKNOWN)
		report(probe, before);
}

void frrd_probe_run_restart(struct frrd_probe *probe)
{
	bool complete = is_complete(probe);
	enum frrd_probe_kind was = probe->running;

	/* frrd-io replaces a probe of the same id; the others have to be taken down first. */
	if (!complete || was != probe->kind || !frrd_probe_kind_is_io(was))
		frrd_probe_run_stop(probe);
	if (was != probe->kind || !complete) {
		strlcpy(probe->text, complete ? "has not run yet" : "not configured completely",
			sizeof(probe->text));
		forget_state(probe);
	}
	if (!complete)
		return;
	probe->running = probe->kind;
	if (frrd_probe_kind_is_io(probe->kind))
		io_start(probe);
	else
		frrd_probe_local_start(probe);
}

void frrd_probe_run_init(void)
{
	frrd_probe_ids_init(&by_id);
}

void frrd_probe_run_fini(void)
{
	frrd_probe_ids_fini(&by_id);
}
