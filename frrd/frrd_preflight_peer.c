// SPDX-License-Identifier: GPL-2.0-or-later
/* Preflight: are the neighbors noticed when they die, and forgotten at once? */

#include <zebra.h>

#include "printfrr.h"

#include "frrd/frrd_bgpconfig.h"
#include "frrd/frrd_preflight.h"
#include "frrd/frrd_preflight_filter.h"

struct peer {
	const char *name;
	struct json_object *neighbor;
	char object[128];
	bool decides; /* what it says about other sites counts here */
};

static struct json_object *bfd_of(const struct frrd_pf_facts *facts, const char *name)
{
	size_t count = facts->bfd_peers ? json_object_array_length(facts->bfd_peers) : 0;

	for (size_t i = 0; i < count; i++) {
		struct json_object *bfd = json_object_array_get_idx(facts->bfd_peers, i);
		const char *peer = frrd_js(bfd, "peer");
		const char *interface = frrd_js(bfd, "interface");

		/* A neighbor without an address is named by its interface. */
		if ((peer && strmatch(peer, name)) || (interface && strmatch(interface, name)))
			return bfd;
	}
	return NULL;
}

static void type_neighbor(struct frrd_preflight *pf, const struct peer *peer, const char *format,
			  ...) PRINTFRR(3, 4);
static void type_neighbor(struct frrd_preflight *pf, const struct peer *peer, const char *format,
			  ...)
{
	char line[160];
	va_list args;

	va_start(args, format);
	vsnprintfrr(line, sizeof(line), format, args);
	va_end(args);
	frrd_pf_type(pf, "router bgp %s", pf->facts->as);
	frrd_pf_type(pf, " neighbor %s %s", peer->name, line);
	frrd_pf_type(pf, "exit");
}

/* bfdd takes intervals from a profile only; the numbers of `neighbor bfd` it ignores. */
static void type_bfd(struct frrd_preflight *pf, const struct peer *peer)
{
	frrd_pf_type(pf, "bfd");
	frrd_pf_type(pf, " profile " FRRD_BFD_PROFILE);
	frrd_pf_type(pf, "  detect-multiplier %u", frrd_config.bfd_multiplier);
	frrd_pf_type(pf, "  receive-interval %u", frrd_config.bfd_interval_ms);
	frrd_pf_type(pf, "  transmit-interval %u", frrd_config.bfd_interval_ms);
	frrd_pf_type(pf, " exit");
	frrd_pf_type(pf, "exit");
	frrd_pf_type(pf, "router bgp %s", pf->facts->as);
	frrd_pf_type(pf, " neighbor %s bfd", peer->name);
	frrd_pf_type(pf, " neighbor %s bfd profile " FRRD_BFD_PROFILE, peer->name);
	frrd_pf_type(pf, "exit");
}

/* --- BFD --- */

/* How fast BFD notices here, against what the budget was computed with. */
static void check_bfd_times(struct frrd_preflight *pf, const struct peer *peer,
			    struct json_object *bfd)
{
	int64_t here = frrd_ji(bfd, "receive-interval");
	int64_t there = frrd_ji(bfd, "remote-transmit-interval");
	int64_t multiplier = frrd_ji(bfd, "remote-detect-multiplier");
	int64_t worst = MAX(here, there) * multiplier;
	int64_t best = MAX(here, there) * (multiplier - 1);

	if (worst > frrd_config.detection_worst_ms) {
		frrd_pf_add(pf, FRRD_PF_ERROR, "bfd-interval", peer->object,
			    "BFD notices its death after %" PRId64 " ms (%" PRId64 " x %" PRId64
			    "; the greater of receive-interval %" PRId64
			    " here and transmit-interval %" PRId64
			    " there), the budget was computed with %u ms: a site could take over before this one has fenced itself",
			    worst, multiplier, MAX(here, there), here, there,
			    frrd_config.detection_worst_ms);
		type_bfd(pf, peer);
		if (there > here || multiplier > frrd_config.bfd_multiplier)
			frrd_pf_type_at(pf, "the neighbor, and here");
	} else if (best < frrd_config.detection_best_ms) {
		frrd_pf_add(pf, FRRD_PF_WARNING, "bfd-interval", peer->object,
			    "BFD notices its death after %" PRId64 " to %" PRId64
			    " ms, earlier than the %u to %u ms that the budget was computed with; where sites differ, one could take over before another has fenced itself",
			    best, worst, frrd_config.detection_best_ms,
			    frrd_config.detection_worst_ms);
		frrd_pf_type(pf, "subnet-mover");
		frrd_pf_type(pf, " arbiter bgp");
		frrd_pf_type(pf, "  detection bfd %" PRId64 " multiplier %" PRId64,
			     MAX(here, there), multiplier);
		frrd_pf_type(pf, " exit");
		frrd_pf_type(pf, "exit");
		frrd_pf_type_at(pf, "every site, in vtysh");
	} else {
		frrd_pf_add(pf, FRRD_PF_OK, "bfd", peer->object,
			    "BFD is up, notices its death after %" PRId64 " ms", worst);
	}
}

static void check_bfd(struct frrd_preflight *pf, const struct peer *peer)
{
	struct json_object *bfd = bfd_of(pf->facts, peer->name);
	const char *status = frrd_js(bfd, "status");

	if (!frrd_jo(peer->neighbor, "peerBfdInfo")) {
		frrd_pf_add(pf, FRRD_PF_ERROR, "bfd", peer->object,
			    "no BFD: its death is noticed by the hold time of %" PRId64
			    " s only, the budget was computed with %u ms",
			    frrd_ji(peer->neighbor, "bgpTimerHoldTimeMsecs") / 1000,
			    frrd_config.detection_worst_ms);
		type_bfd(pf, peer);
		frrd_pf_type_at(pf, "the neighbor as well as here, in vtysh");
		return;
	}
	if (pf->facts->bfdd_error[0])
		return; /* said once, for all of them */
	if (!status || !strmatch(status, "up")) {
		frrd_pf_add(pf, FRRD_PF_ERROR, "bfd", peer->object,
			    "BFD is %s: as long as it is, the neighbor's death is noticed by the hold time only. Is `neighbor %s bfd` configured at the other end, and UDP port 3784 let through?",
			    status ? status : "not set up", frrd_js(peer->neighbor, "hostLocal")
				    ? frrd_js(peer->neighbor, "hostLocal") : "ADDRESS");
		frrd_pf_type(pf, "do show bfd peers");
		return;
	}
	check_bfd_times(pf, peer, bfd);
}

static void check_hold_time(struct frrd_preflight *pf, const struct peer *peer)
{
	int64_t hold_ms = frrd_ji(peer->neighbor, "bgpTimerHoldTimeMsecs");
	unsigned int wanted = frrd_config.hold_time_s;

	if (hold_ms && hold_ms <= (int64_t)wanted * 1000) {
		frrd_pf_add(pf, FRRD_PF_OK, "hold-time", peer->object, "hold time %" PRId64 " s",
			    hold_ms / 1000);
		return;
	}
	frrd_pf_add(pf, FRRD_PF_ERROR, "hold-time", peer->object,
		    "the hold time is %" PRId64
		    " s%s, the budget was computed with %u s: a site could take over before this one has fenced itself",
		    hold_ms / 1000, hold_ms ? "" : " (never)", wanted);
	frrd_pf_type(pf, "router bgp %s", pf->facts->as);
	frrd_pf_type(pf, " neighbor %s timers %u %u", peer->name, wanted / 3, wanted);
	frrd_pf_type(pf, "exit");
	frrd_pf_type(pf, "do clear bgp %s", peer->name);
}

/* --- graceful restart --- */

/* Per neighbor when it is configured there ("Restart"), else for all ("Restart*"). */
static void check_graceful_restart(struct frrd_preflight *pf, const struct peer *peer)
{
	struct json_object *info = frrd_jo(peer->neighbor, "gracefulRestartInfo");
	const char *here = frrd_js(info, "localGrMode");
	const char *there = frrd_js(info, "remoteGrMode");
	int64_t seconds = frrd_ji(frrd_jo(info, "timers"), "receivedRestartTimer");

	if (there && strncmp(there, "Restart", 7) == 0 && here && strncmp(here, "Disable", 7) != 0) {
		frrd_pf_add(pf, FRRD_PF_ERROR, "graceful-restart", peer->object,
			    "graceful restart is negotiated: when the neighbor's bgpd dies, this router keeps its dead routes for up to %" PRId64
			    " s, and sees neither that its markers are gone nor who took over (long-lived graceful restart: longer still)",
			    seconds);
		type_neighbor(pf, peer, "graceful-restart-disable");
		frrd_pf_type(pf, "do clear bgp %s", peer->name);
	}
	if (here && strmatch(here, "Restart")) {
		frrd_pf_add(pf, FRRD_PF_ERROR, "graceful-restart", peer->object,
			    "this router asks it for graceful restart: when bgpd dies here, the neighbor keeps the dead routes of this site");
		frrd_pf_type(pf, "router bgp %s", pf->facts->as);
		frrd_pf_type(pf, " no neighbor %s graceful-restart", peer->name);
		frrd_pf_type(pf, "exit");
		frrd_pf_type(pf, "do clear bgp %s", peer->name);
	}
}

static void check_graceful_restart_here(struct frrd_preflight *pf)
{
	const char *config = pf->facts->bgpd_config;
	char seconds[32];

	if (frrd_config_has(config, pf->facts->block, "bgp graceful-restart")) {
		frrd_pf_add(pf, FRRD_PF_ERROR, "graceful-restart", "bgp graceful-restart",
			    "when bgpd dies here, the neighbors keep the dead routes of this site instead of following a move");
		frrd_pf_type(pf, "router bgp %s", pf->facts->as);
		frrd_pf_type(pf, " no bgp graceful-restart");
		frrd_pf_type(pf, "exit");
		frrd_pf_type(pf, "do clear bgp *");
	}
	if (frrd_config_rest(config, pf->facts->block,
			     "bgp long-lived-graceful-restart stale-time ", seconds,
			     sizeof(seconds))) {
		frrd_pf_add(pf, FRRD_PF_ERROR, "graceful-restart",
			    "bgp long-lived-graceful-restart",
			    "when bgpd dies here, neighbors may keep the dead routes of this site for %s s more",
			    seconds);
		frrd_pf_type(pf, "router bgp %s", pf->facts->as);
		frrd_pf_type(pf, " no bgp long-lived-graceful-restart stale-time");
		frrd_pf_type(pf, "exit");
		frrd_pf_type(pf, "do clear bgp *");
	}
}

/* --- all of them --- */

static void check_interval(struct frrd_preflight *pf, const struct peer *peer)
{
	int64_t ms = frrd_ji(peer->neighbor, "minBtwnAdvertisementRunsTimerMsecs");

	if (!ms)
		return;
	frrd_pf_add(pf, FRRD_PF_WARNING, "advertisement-interval", peer->object,
		    "the advertisement interval (MRAI) of %" PRId64
		    " s delays what it hears of a move by up to that time",
		    ms / 1000);
	type_neighbor(pf, peer, "advertisement-interval 0");
}

static void check_peer(struct frrd_preflight *pf, const struct peer *peer)
{
	const char *state = frrd_js(peer->neighbor, "bgpState");

	if (!state || !strmatch(state, "Established")) {
		frrd_pf_add(pf, FRRD_PF_WARNING, "session", peer->object, "the session is %s",
			    state ? state : "not known");
		frrd_pf_type(pf, "do show bgp neighbors %s", peer->name);
		return;
	}
	check_interval(pf, peer);
	if (!peer->decides)
		return;
	check_graceful_restart(pf, peer);
	if (frrd_config.arbiter != FRRD_ARBITER_BGP)
		return;
	if (frrd_config.hold_time_s)
		check_hold_time(pf, peer);
	else
		check_bfd(pf, peer);
}

/* Does a path to the beacon of another site come from this neighbor? */
static bool brings(const struct frrd_pf_facts *facts, size_t site, const char *name)
{
	struct json_object *paths = frrd_jo(facts->beacons[site].table, "paths");

	for (size_t i = 0; paths && i < json_object_array_length(paths); i++) {
		struct json_object *path = json_object_array_get_idx(paths, i);
		const char *from = frrd_js(frrd_jo(path, "peer"), "peerId");
		const char *interface = frrd_js(frrd_jo(path, "peer"), "interface");

		if ((from && strmatch(from, name)) || (interface && strmatch(interface, name)))
			return true;
	}
	return false;
}

/*
 * A neighbor that brings no beacon (a provider, say) has no part in the decisions,
 * and may do without BFD.  Before there are beacons, all of them may bring some.
 */
static bool decides(const struct frrd_pf_facts *facts, const char *name)
{
	struct frrd_site *local = frrd_site_local();
	bool brought = false, any = false;

	for (size_t i = 1; i < array_size(facts->beacons); i++) {
		struct json_object *paths = frrd_jo(facts->beacons[i].table, "paths");

		if ((local && i == local->id) || !paths || !json_object_array_length(paths))
			continue;
		any = true;
		brought |= brings(facts, i, name);
	}
	return brought || !any;
}

void frrd_pf_check_peers(struct frrd_preflight *pf)
{
	const struct frrd_pf_facts *facts = pf->facts;
	struct json_object_iterator it, end;

	if (!facts->as[0] || !json_object_is_type(facts->neighbors, json_type_object))
		return;
	if (!json_object_object_length(facts->neighbors)) {
		frrd_pf_add(pf, FRRD_PF_ERROR, "session", "bgpd", "it has no neighbors");
		return;
	}
	if (facts->bfdd_error[0] && frrd_config.arbiter == FRRD_ARBITER_BGP &&
	    !frrd_config.hold_time_s) {
		frrd_pf_add(pf, FRRD_PF_ERROR, "bfd", "bfdd",
			    "%s; dead neighbors are noticed by the hold time only",
			    facts->bfdd_error);
		frrd_pf_type(pf, "sed -i s/^bfdd=no/bfdd=yes/ /etc/frr/daemons");
		frrd_pf_type(pf, "systemctl restart frr");
		frrd_pf_type_at(pf, "a shell");
	}
	check_graceful_restart_here(pf);
	it = json_object_iter_begin(facts->neighbors);
	end = json_object_iter_end(facts->neighbors);
	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it)) {
		struct peer peer = {
			.name = json_object_iter_peek_name(&it),
			.neighbor = json_object_iter_peek_value(&it),
		};
		const char *about = frrd_js(peer.neighbor, "nbrDesc");

		peer.decides = decides(facts, peer.name);
		snprintf(peer.object, sizeof(peer.object), "neighbor %s%s%s%s", peer.name,
			 about ? " (" : "", about ? about : "", about ? ")" : "");
		check_peer(pf, &peer);
	}
}
