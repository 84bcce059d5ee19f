// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Probes on BFD sessions of bfdd, by libfrr's client through zebra.
 *
 * zebra 8.4 passes what bfdd says on to clients of a few protocols only, and frrd's
 * (table) is not among them.  So there is one more session with zebra for BFD, in the
 * name of a protocol that is, with an instance that nobody else has.  It never adds a
 * route.
 */

#include <zebra.h>

#include "bfd.h"
#include "zclient.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_probe_local.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_zebra.h"

#define SESSION_PROTOCOL ZEBRA_ROUTE_OPENFABRIC
#define SESSION_INSTANCE 142
#define HOPS_MANY	 254 /* with multihop: any number */

static struct zclient *session; /* NULL: no bfd probe has been there yet */

static zclient_handler *const handlers[] = {
	[ZEBRA_BFD_DEST_REPLAY] = zclient_bfd_session_replay,
	[ZEBRA_INTERFACE_BFD_DEST_UPDATE] = zclient_bfd_session_update,
};

static void session_connected(struct zclient *zclient)
{
	bfd_client_sendmsg(zclient, ZEBRA_BFD_CLIENT_REGISTER, VRF_DEFAULT);
}

/* libfrr tries again by itself when zebra does not take it at once. */
static void session_start(void)
{
	if (!session) {
		session = zclient_new(frrd_loop, &zclient_options_default, handlers, array_size(handlers));
		zclient_init(session, SESSION_PROTOCOL, SESSION_INSTANCE, &frrd_privs);
		EVENT_OFF(session->t_connect);
		session->zebra_connected = session_connected;
		bfd_protocol_integration_init(session, frrd_loop);
	}
	if (session->sock < 0)
		(void)zclient_start(session);
}

static void state_changed(struct bfd_session_params *params,
			  const struct bfd_session_status *status, void *arg)
{
	frrd_probe_local_changed(arg);
}

static void set_addresses(struct frrd_probe *probe)
{
	const struct prefix *peer = &probe->bfd.peer;
	struct in6_addr source6;
	struct in_addr source4;

	if (peer->family == AF_INET)
		bfd_sess_set_ipv4_addrs(probe->session,
					inet_pton(AF_INET, probe->io.source_address, &source4) == 1
						? &source4
						: NULL,
					&peer->u.prefix4);
	else
		bfd_sess_set_ipv6_addrs(probe->session,
					inet_pton(AF_INET6, probe->io.source_address, &source6) == 1
						? &source6
						: NULL,
					&peer->u.prefix6);
}

/* The one of a session with zebra before this one has an outdated state: it is made anew. */
void frrd_probe_bfd_start(struct frrd_probe *probe)
{
	session_start();
	bfd_sess_free(&probe->session);
	probe->session = bfd_sess_new(state_changed, probe);
	set_addresses(probe);
	if (probe->io.source_interface[0])
		bfd_sess_set_interface(probe->session, probe->io.source_interface);
	bfd_sess_set_hop_count(probe->session, probe->bfd.multihop ? HOPS_MANY : 1);
	bfd_sess_set_timers(probe->session, probe->bfd.multiplier, probe->bfd.receive_ms,
			    probe->bfd.transmit_ms);
	bfd_sess_install(probe->session);
}

void frrd_probe_bfd_stop(struct frrd_probe *probe)
{
	bfd_sess_free(&probe->session);
}

enum frrd_health frrd_probe_bfd_state(const struct frrd_probe *probe, const char **ret_text)
{
	switch (bfd_sess_status(probe->session)) {
	case BSS_UP:
		*ret_text = "the BFD session is up";
		return FRRD_HEALTH_UP;
	case BSS_DOWN:
		*ret_text = "the BFD session is down";
		return FRRD_HEALTH_DOWN;
	case BSS_ADMIN_DOWN:
		/* RFC 5882, 4.2: that somebody has switched it off says nothing about the way. */
		*ret_text = "the BFD session is administratively down";
		return FRRD_HEALTH_UNKNOWN;
	case BSS_UNKNOWN:
		break;
	}
	*ret_text = "bfdd has not answered";
	return FRRD_HEALTH_UNKNOWN;
}

void frrd_probe_bfd_zebra_up(void)
{
	if (session) {
		EVENT_OFF(session->t_connect);
		session_start();
	}
}

void frrd_probe_bfd_zebra_down(void)
{
	if (session)
		zclient_stop(session);
}

void frrd_probe_bfd_fini(void)
{
	if (!session)
		return;
	zclient_stop(session);
	zclient_free(session);
	session = NULL;
}
