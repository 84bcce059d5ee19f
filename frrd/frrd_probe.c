// SPDX-License-Identifier: GPL-2.0-or-later
/* Probes as objects of the configuration, and who uses them; see frrd_probe.h. */

#include <zebra.h>

#include "memory.h"

#include "frrd/frrd_config.h"
#include "frrd/frrd_ioproc.h"
#include "frrd/frrd_probe.h"
#include "frrd/frrd_probe_run.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_track.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_PROBE, "Probe");
DEFINE_MTYPE_STATIC(FRRD, FRRD_PROBE_REF, "Use of a probe");

void frrd_probe_init(void)
{
	frrd_probes_init(&frrd_config.probes);
	frrd_tracks_init(&frrd_config.tracks);
	frrd_probe_run_init();
	frrd_ioproc_init(frrd_probe_run_handlers());
}

void frrd_probe_fini(void)
{
	struct frrd_probe *probe;

	frrd_track_fini();
	while ((probe = frrd_probes_first(&frrd_config.probes)))
		frrd_probe_del(probe);
	frrd_ioproc_fini();
	frrd_probe_run_fini();
	frrd_probes_fini(&frrd_config.probes);
	frrd_tracks_fini(&frrd_config.tracks);
}

struct frrd_probe *frrd_probe_find(const char *name)
{
	struct frrd_probe key = {};

	strlcpy(key.name, name, sizeof(key.name));
	return frrd_probes_find(&frrd_config.probes, &key);
}

/* What belongs to kinds, as the model has it when nothing is said. */
static void kind_defaults(struct frrd_probe *probe)
{
	struct frrd_ipc_probe *io = &probe->io;

	io->host[0] = io->url[0] = io->command[0] = '\0';
	io->port = 0;
	io->size = FRRD_DEFAULT_PROBE_SIZE;
	io->head = false;
	io->host_header[0] = io->body_match[0] = '\0';
	strlcpy(io->status, FRRD_DEFAULT_PROBE_STATUS, sizeof(io->status));
	io->tls_verify = true;
	io->tls_ca[0] = io->tls_name[0] = io->tls_cert[0] = io->tls_key[0] = '\0';
	memset(&probe->bfd, 0, sizeof(probe->bfd));
	probe->bfd.multiplier = FRRD_DEFAULT_PROBE_BFD_MULTIPLIER;
	probe->bfd.receive_ms = FRRD_DEFAULT_PROBE_BFD_MS;
	probe->bfd.transmit_ms = FRRD_DEFAULT_PROBE_BFD_MS;
	memset(&probe->interface, 0, sizeof(probe->interface));
	memset(&probe->route, 0, sizeof(probe->route));
}

struct frrd_probe *frrd_probe_add(const char *name)
{
	struct frrd_probe *probe = XCALLOC(MTYPE_FRRD_PROBE, sizeof(*probe));

	strlcpy(probe->name, name, sizeof(probe->name));
	kind_defaults(probe);
	probe->io.interval_ms = FRRD_DEFAULT_PROBE_INTERVAL_MS;
	probe->io.retry_ms = FRRD_DEFAULT_PROBE_INTERVAL_MS;
	probe->io.timeout_ms = FRRD_DEFAULT_PROBE_TIMEOUT_MS;
	probe->io.jitter = FRRD_DEFAULT_PROBE_JITTER;
	probe->io.rise = FRRD_DEFAULT_PROBE_RISE;
	probe->io.fall = FRRD_DEFAULT_PROBE_FALL;
	frrd_health_init(&probe->health);
	probe->since_ms = frrd_now_ms();
	frrd_probes_add(&frrd_config.probes, probe);
	frrd_probe_touch(probe);
	return probe;
}

void frrd_probe_del(struct frrd_probe *probe)
{
	frrd_probe_run_stop(probe);
	frrd_probes_del(&frrd_config.probes, probe);
	frrd_probe_run_tell_users(probe->name);
	XFREE(MTYPE_TMP, probe->description);
	XFREE(MTYPE_FRRD_PROBE, probe);
}

void frrd_probe_reset(void)
{
	struct frrd_probe *probe;
	struct frrd_trk *track;

	frr_each_safe (frrd_tracks, &frrd_config.tracks, track)
		if (!track->removed)
			frrd_track_del(track);
	while ((probe = frrd_probes_first(&frrd_config.probes)))
		frrd_probe_del(probe);
}

void frrd_probe_set_kind(struct frrd_probe *probe, enum frrd_probe_kind kind)
{
	if (probe->kind == kind)
		return;
	probe->kind = kind;
	kind_defaults(probe);
	frrd_probe_touch(probe);
}

void frrd_probe_clear_kind(struct frrd_probe *probe, enum frrd_probe_kind kind)
{
	if (probe->kind == kind)
		frrd_probe_set_kind(probe, FRRD_PROBE_NONE);
}

void frrd_probe_touch(struct frrd_probe *probe)
{
	probe->touched = true;
}

void frrd_probe_apply(void)
{
	struct frrd_probe *probe;

	frr_each (frrd_probes, &frrd_config.probes, probe) {
		if (!probe->touched)
			continue;
		probe->touched = false;
		frrd_probe_run_restart(probe);
	}
	frrd_track_apply();
	frrd_ioproc_flush();
}

/* --- who uses probes ---------------------------------------------------------- */

struct frrd_probe_ref *frrd_probe_use_find(struct frrd_probe_use *use, const char *name)
{
	struct frrd_probe_ref key = {};

	strlcpy(key.name, name, sizeof(key.name));
	return frrd_probe_refs_find(&use->refs, &key);
}

struct frrd_probe_ref *frrd_probe_use_add(struct frrd_probe_use *use, const char *name)
{
	struct frrd_probe_ref *ref = frrd_probe_use_find(use, name);

	if (ref)
		return ref;
	ref = XCALLOC(MTYPE_FRRD_PROBE_REF, sizeof(*ref));
	strlcpy(ref->name, name, sizeof(ref->name));
	frrd_probe_refs_add(&use->refs, ref);
	return ref;
}

void frrd_probe_use_del(struct frrd_probe_use *use, const char *name)
{
	struct frrd_probe_ref *ref = frrd_probe_use_find(use, name);

	if (!ref)
		return;
	frrd_probe_refs_del(&use->refs, ref);
	XFREE(MTYPE_FRRD_PROBE_REF, ref);
}

void frrd_probe_use_clear(struct frrd_probe_use *use)
{
	struct frrd_probe_ref *ref;

	while ((ref = frrd_probe_refs_pop(&use->refs)))
		XFREE(MTYPE_FRRD_PROBE_REF, ref);
	use->mode = FRRD_COMBINE_ALL;
	use->number = 0;
}

/* --- words -------------------------------------------------------------------- */

const char *frrd_probe_kind_name(enum frrd_probe_kind kind)
{
	switch (kind) {
	case FRRD_PROBE_NONE:
		break;
	case FRRD_PROBE_ICMP:
		return "icmp";
	case FRRD_PROBE_TCP:
		return "tcp";
	case FRRD_PROBE_HTTP:
		return "http";
	case FRRD_PROBE_EXEC:
		return "exec";
	case FRRD_PROBE_BFD:
		return "bfd";
	case FRRD_PROBE_INTERFACE:
		return "interface";
	case FRRD_PROBE_ROUTE:
		return "route";
	}
	return "none";
}

/* The address of a prefix without its length. */
static const char *address_str(const struct prefix *p, char *buf, size_t size)
{
	return inet_ntop(p->family, &p->u.prefix, buf, size);
}

static void route_target(const struct frrd_probe *probe, char *buf, size_t size)
{
	char via[INET6_ADDRSTRLEN];

	snprintfrr(buf, size, "%pFX%s", &probe->route.prefix,
		   probe->route.covering ? " or covering" : "");
	if (!probe->route.via.family)
		return;
	strlcat(buf, " via ", size);
	strlcat(buf, address_str(&probe->route.via, via, sizeof(via)), size);
}

static void interface_target(const struct frrd_probe *probe, char *buf, size_t size)
{
	char address[INET6_ADDRSTRLEN];

	strlcpy(buf, probe->interface.name, size);
	if (!probe->interface.address.family)
		return;
	strlcat(buf, " address ", size);
	strlcat(buf, address_str(&probe->interface.address, address, sizeof(address)), size);
}

void frrd_probe_target(const struct frrd_probe *probe, char *buf, size_t size)
{
	buf[0] = '\0';
	switch (probe->kind) {
	case FRRD_PROBE_NONE:
		return;
	case FRRD_PROBE_ICMP:
		strlcpy(buf, probe->io.host, size);
		return;
	case FRRD_PROBE_TCP:
		snprintf(buf, size, "%s port %u", probe->io.host, probe->io.port);
		return;
	case FRRD_PROBE_HTTP:
		strlcpy(buf, probe->io.url, size);
		return;
	case FRRD_PROBE_EXEC:
		strlcpy(buf, probe->io.command, size);
		return;
	case FRRD_PROBE_BFD:
		if (probe->bfd.peer.family)
			address_str(&probe->bfd.peer, buf, size);
		return;
	case FRRD_PROBE_INTERFACE:
		interface_target(probe, buf, size);
		return;
	case FRRD_PROBE_ROUTE:
		if (probe->route.prefix.family)
			route_target(probe, buf, size);
		return;
	}
}
