// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The session with zebra; see frrd_zebra.h.
 *
 * libfrr's client reconnects after 10 or 60 seconds and tells nobody when it
 * loses the session.  A moved subnet cannot wait that long, so frrd connects by
 * itself (RECONNECT_MIN_MS, doubling up to RECONNECT_MAX_MS) and watches for
 * the hang-up with an epoll descriptor over a duplicate of the socket: the
 * duplicate outlives libfrr's close(), and the epoll descriptor wakes the event
 * loop on a hang-up only, not on ordinary data.
 */

#include <zebra.h>

#include <poll.h>
#include <sys/epoll.h>

#include "buffer.h"
#include "if.h"
#include "stream.h"
#include "vrf.h"
#include "zclient.h"

#include "frrd/frrd_config.h"
#include "frrd/frrd_convergence.h"
#include "frrd/frrd_drain.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_gateway.h"
#include "frrd/frrd_marker.h"
#include "frrd/frrd_probe_local.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_retain.h"
#include "frrd/frrd_track.h"
#include "frrd/frrd_zebra.h"

#define RECONNECT_MIN_MS 20
#define RECONNECT_MAX_MS 1000
#define DRAIN_MS 1000 /* without progress */
#define COVER_DISTANCE 254 /* the largest with which zebra selects a route */

/*
 * zebra tells the owner of a route by type and instance, which a session names
 * once, in its hello.  IPv4 routes carry the configured table as instance;
 * IPv6 routes may need another one (see FRRD_IPV6_INSTANCE), hence a session
 * for each family.  They come and go together: what one of them loses, zebra
 * itself has lost.
 */
struct session {
	int family;
	struct zclient *zclient;
	struct event *t_connect;
	struct event *t_hangup;
	unsigned int reconnect_ms;
	int hangup_epoll;
	int hangup_sock;
	bool up;
	bool echo; /* the answer to frrd_zebra_echo() has not come */
};

static struct session sessions[] = {
	{ .family = AF_INET, .hangup_epoll = -1, .hangup_sock = -1 },
	{ .family = AF_INET6, .hangup_epoll = -1, .hangup_sock = -1 },
};
static bool connected; /* both sessions are up */

/* An address that cannot be a next-hop, for questions of which only the answer counts. */
static const struct prefix echo_prefix = { .family = AF_INET, .prefixlen = IPV4_MAX_BITLEN };

static void connect_expired(struct event *event);

bool frrd_zebra_connected(void)
{
	return connected;
}

static uint8_t instance_for(int family, uint8_t table)
{
	return family == AF_INET ? table : FRRD_IPV6_INSTANCE(table);
}

static struct session *session_for(int family)
{
	return family == AF_INET ? &sessions[0] : &sessions[1];
}

static void schedule_connect(struct session *session)
{
	event_add_timer_msec(frrd_loop, connect_expired, session, session->reconnect_ms,
			     &session->t_connect);
	session->reconnect_ms = MIN(session->reconnect_ms * 2, RECONNECT_MAX_MS);
}

static void session_close(struct session *session)
{
	EVENT_OFF(session->t_connect);
	EVENT_OFF(session->t_hangup);
	if (session->hangup_epoll >= 0)
		close(session->hangup_epoll);
	if (session->hangup_sock >= 0)
		close(session->hangup_sock);
	session->hangup_epoll = -1;
	session->hangup_sock = -1;
	session->up = false;
	session->echo = false;
	zclient_stop(session->zclient);
}

static void sessions_lost(void)
{
	bool was_connected = connected;

	connected = false;
	for (size_t i = 0; i < array_size(sessions); i++) {
		session_close(&sessions[i]);
		schedule_connect(&sessions[i]);
	}
	if (was_connected)
		frrd_engine_zebra_changed(false);
}

static void hangup_ready(struct event *event)
{
	sessions_lost();
}

static int hangup_watch(struct session *session)
{
	struct epoll_event ev = { .events = EPOLLRDHUP };

	session->hangup_sock = dup(session->zclient->sock);
	session->hangup_epoll = epoll_create1(EPOLL_CLOEXEC);
	if (session->hangup_sock < 0 || session->hangup_epoll < 0 ||
	    epoll_ctl(session->hangup_epoll, EPOLL_CTL_ADD, session->hangup_sock, &ev) < 0)
		return -errno;
	event_add_read(frrd_loop, hangup_ready, NULL, session->hangup_epoll, &session->t_hangup);
	return 0;
}

static void connect_expired(struct event *event)
{
	struct session *session = EVENT_ARG(event);
	int ret;

	if (zclient_start(session->zclient) < 0) {
		EVENT_OFF(session->zclient->t_connect); /* libfrr's own, slower retry */
		session->zclient->fail = 0;
		schedule_connect(session);
		return;
	}
	ret = hangup_watch(session);
	if (ret < 0) {
		zlog_err("cannot watch the zebra session: %s", safe_strerror(-ret));
		sessions_lost();
		return;
	}
	session->up = true;
	session->reconnect_ms = RECONNECT_MIN_MS;
	/* Interfaces are the same for both; one session is enough to follow them. */
	if (session->family == AF_INET)
		zclient_send_reg_requests(session->zclient, VRF_DEFAULT);
	if (sessions[0].up && sessions[1].up && !connected) {
		connected = true;
		frrd_engine_zebra_changed(true);
	}
}

static int route_notify_owner(ZAPI_CALLBACK_ARGS)
{
	enum zapi_route_notify_owner note;
	uint32_t table_id;
	struct prefix p = {};
	safi_t safi;
	afi_t afi;

	if (!zapi_route_notify_decode(zclient->ibuf, &p, &table_id, &note, &afi, &safi)) {
		zlog_warn("zebra sent an owner notification that cannot be decoded");
		return -1;
	}
	frrd_retain_answered();
	if (frrd_marker_notify(&p, note))
		return 0;
	if (zclient != session_for(p.family)->zclient) {
		frrd_drain_notify(&p, note);
		return 0;
	}
	/* A prefix may just have moved from a track to a group. */
	if (!frrd_route_find(&p) && frrd_track_notify(&p, note))
		return 0;
	frrd_route_notify(&p, note);
	if (note == ZAPI_ROUTE_INSTALLED)
		frrd_drain_replaced(&p);
	return 0;
}

/* Is this the answer to frrd_zebra_echo()? */
static bool echo_answer(const struct zclient *zclient, const struct prefix *match)
{
	bool waiting = false;

	if (!prefix_same(match, &echo_prefix))
		return false;
	for (size_t i = 0; i < array_size(sessions); i++) {
		if (sessions[i].zclient == zclient)
			sessions[i].echo = false;
		waiting |= sessions[i].echo;
	}
	if (!waiting)
		frrd_drain_echoed();
	return true;
}

static int nexthop_update(ZAPI_CALLBACK_ARGS)
{
	struct prefix match = {};
	struct zapi_route nhr;

	if (!zapi_nexthop_update_decode(zclient->ibuf, &match, &nhr)) {
		zlog_warn("zebra sent a nexthop update that cannot be decoded");
		return -1;
	}
	if (echo_answer(zclient, &match))
		return 0;
	frrd_marker_answer(&match, &nhr);
	frrd_gateway_answer(&match, &nhr);
	frrd_convergence_answer(&match, &nhr);
	frrd_probe_local_answer(&match, &nhr);
	frrd_watch_answer(&match, &nhr);
	return 0;
}

static int interface_address_add(ZAPI_CALLBACK_ARGS)
{
	struct connected *c = zebra_interface_address_read(cmd, zclient->ibuf, vrf_id);

	if (c)
		frrd_probe_local_interface(c->ifp->name);
	frrd_route_retry_soon();
	return 0;
}

static int interface_address_delete(ZAPI_CALLBACK_ARGS)
{
	struct connected *c = zebra_interface_address_read(cmd, zclient->ibuf, vrf_id);

	if (!c)
		return 0;
	frrd_probe_local_interface(c->ifp->name);
	connected_free(&c);
	return 0;
}

/*
 * zebra repeats itself (both sessions hear of every interface, and a new session
 * hears of all of them), so the last known index and state are kept in ifp->info
 * and only a change counts.
 */
static int interface_event(struct interface *ifp)
{
	uintptr_t state = (uintptr_t)ifp->ifindex << 1 | (uintptr_t)if_is_operative(ifp);

	frrd_probe_local_interface(ifp->name);
	if ((uintptr_t)ifp->info == state)
		return 0;
	ifp->info = (void *)state;
	frrd_route_interface_changed(ifp->name);
	frrd_route_retry_soon(); /* routes by address that go through it */
	frrd_track_nexthop_changed();
	return 0;
}

static void buffer_writable(void)
{
	frrd_drain_writable();
	frrd_route_writable();
	frrd_track_writable();
}

static zclient_handler *const handlers[] = {
	[ZEBRA_ROUTE_NOTIFY_OWNER] = route_notify_owner,
	[ZEBRA_NEXTHOP_UPDATE] = nexthop_update,
	[ZEBRA_INTERFACE_ADDRESS_ADD] = interface_address_add,
	[ZEBRA_INTERFACE_ADDRESS_DELETE] = interface_address_delete,
};

void frrd_zebra_init(struct event_loop *loop)
{
	struct zclient_options options = { .receive_notify = true };

	if_zapi_callbacks(interface_event, interface_event, interface_event, interface_event);
	for (size_t i = 0; i < array_size(sessions); i++) {
		struct session *session = &sessions[i];

		session->zclient = zclient_new(loop, &options, handlers, array_size(handlers));
		zclient_init(session->zclient, ZEBRA_ROUTE_TABLE,
			     instance_for(session->family, frrd_config.route_table), &frrd_privs);
		EVENT_OFF(session->zclient->t_connect);
		session->zclient->zebra_buffer_write_ready = buffer_writable;
		session->reconnect_ms = RECONNECT_MIN_MS;
		event_add_event(frrd_loop, connect_expired, session, 0, &session->t_connect);
	}
}

/* libfrr throws away what it could not write yet when the session is closed. */
static void session_drain(struct session *session)
{
	struct zclient *zclient = session->zclient;
	struct pollfd pfd = { .fd = zclient->sock, .events = POLLOUT };

	while (session->up && buffer_flush_available(zclient->wb, pfd.fd) == BUFFER_PENDING)
		if (poll(&pfd, 1, DRAIN_MS) <= 0)
			return;
}

void frrd_zebra_fini(void)
{
	frrd_retain_stop();
	connected = false;
	for (size_t i = 0; i < array_size(sessions); i++) {
		session_drain(&sessions[i]);
		session_close(&sessions[i]);
		zclient_free(sessions[i].zclient);
		sessions[i].zclient = NULL;
	}
}

void frrd_zebra_set_table(uint8_t table)
{
	bool changed = false;

	for (size_t i = 0; i < array_size(sessions); i++) {
		uint8_t instance = instance_for(sessions[i].family, table);

		changed |= sessions[i].zclient->instance != instance;
		sessions[i].zclient->instance = instance;
	}
	if (!changed)
		return;
	frrd_retain_closing();
	sessions_lost(); /* zebra learns the instance from the hello only */
}

static enum frrd_zebra_send send_result(enum zclient_send_status status)
{
	switch (status) {
	case ZCLIENT_SEND_SUCCESS:
		return FRRD_SEND_DONE;
	case ZCLIENT_SEND_BUFFERED:
		return FRRD_SEND_FULL;
	case ZCLIENT_SEND_FAILURE:
		break;
	}
	return FRRD_SEND_CLOSED;
}

static void encode_nexthop(const struct frrd_nexthop *nexthop, int family, ifindex_t ifindex,
			   struct zapi_nexthop *ret_nh)
{
	ret_nh->vrf_id = VRF_DEFAULT;
	ret_nh->ifindex = ifindex;
	if (nexthop->blackhole) {
		ret_nh->type = NEXTHOP_TYPE_BLACKHOLE;
		ret_nh->bh_type = BLACKHOLE_NULL;
	} else if (family == AF_INET && nexthop->has_ipv4) {
		ret_nh->type = ifindex ? NEXTHOP_TYPE_IPV4_IFINDEX : NEXTHOP_TYPE_IPV4;
		ret_nh->gate.ipv4 = nexthop->ipv4;
	} else if (family == AF_INET6 && nexthop->has_ipv6) {
		ret_nh->type = ifindex ? NEXTHOP_TYPE_IPV6_IFINDEX : NEXTHOP_TYPE_IPV6;
		ret_nh->gate.ipv6 = nexthop->ipv6;
	} else {
		ret_nh->type = NEXTHOP_TYPE_IFINDEX;
	}
}

/* The message is large (MULTIPATH_NUM next-hops), so there is one for all sends. */
static struct zapi_route message;

static void encode_common(const struct prefix *p, uint8_t instance)
{
	message.type = ZEBRA_ROUTE_TABLE;
	message.instance = instance;
	message.safi = SAFI_UNICAST;
	message.vrf_id = VRF_DEFAULT;
	message.message = 0;
	message.prefix = *p;
}

static enum frrd_zebra_send send_add(struct session *session, const struct prefix *p,
				     const struct frrd_route_params *params, ifindex_t ifindex)
{
	if (!connected)
		return FRRD_SEND_CLOSED;
	frrd_retain_adding();
	encode_common(p, session->zclient->instance);
	SET_FLAG(message.message, ZAPI_MESSAGE_NEXTHOP);
	SET_FLAG(message.message, ZAPI_MESSAGE_DISTANCE);
	SET_FLAG(message.message, ZAPI_MESSAGE_METRIC);
	SET_FLAG(message.message, ZAPI_MESSAGE_TAG);
	message.nexthop_num = 1;
	memset(&message.nexthops[0], 0, sizeof(message.nexthops[0]));
	encode_nexthop(&params->nexthop, p->family, ifindex, &message.nexthops[0]);
	message.distance = params->distance;
	message.metric = params->metric;
	message.tag = params->tag;
	return send_result(zclient_route_send(ZEBRA_ROUTE_ADD, session->zclient, &message));
}

static enum frrd_zebra_send send_delete(struct session *session, const struct prefix *p)
{
	if (!connected)
		return FRRD_SEND_CLOSED;
	encode_common(p, session->zclient->instance);
	message.nexthop_num = 0;
	return send_result(zclient_route_send(ZEBRA_ROUTE_DELETE, session->zclient, &message));
}

enum frrd_zebra_send frrd_zebra_route_add(const struct prefix *p,
					  const struct frrd_route_params *params,
					  ifindex_t ifindex)
{
	return send_add(session_for(p->family), p, params, ifindex);
}

enum frrd_zebra_send frrd_zebra_route_delete(const struct prefix *p)
{
	return send_delete(session_for(p->family), p);
}

static struct session *other_session_for(int family)
{
	return session_for(family == AF_INET ? AF_INET6 : AF_INET);
}

enum frrd_zebra_send frrd_zebra_cover_add(const struct prefix *p)
{
	/* Behind any other route for the same prefix. */
	const struct frrd_route_params params = {
		.nexthop.blackhole = true,
		.distance = COVER_DISTANCE,
	};

	return send_add(other_session_for(p->family), p, &params, IFINDEX_INTERNAL);
}

enum frrd_zebra_send frrd_zebra_cover_delete(const struct prefix *p)
{
	return send_delete(other_session_for(p->family), p);
}

enum frrd_zebra_send frrd_zebra_drain_add(const struct prefix *p,
					  const struct frrd_route_params *params,
					  ifindex_t ifindex)
{
	return send_add(other_session_for(p->family), p, params, ifindex);
}

enum frrd_zebra_send frrd_zebra_drain_delete(const struct prefix *p)
{
	return send_delete(other_session_for(p->family), p);
}

void frrd_zebra_retain(enum frrd_zebra_retain what, unsigned int seconds)
{
	struct zapi_cap capability = {
		.vrf_id = VRF_DEFAULT,
		.afi = AFI_IP, /* one report stands for all families of the session */
		.safi = SAFI_UNICAST,
		.stale_removal_time = seconds,
	};

	switch (what) {
	case FRRD_RETAIN_NOTHING:
		capability.cap = ZEBRA_CLIENT_GR_DISABLE;
		break;
	case FRRD_RETAIN_WRITTEN:
		capability.cap = ZEBRA_CLIENT_ROUTE_UPDATE_COMPLETE;
		break;
	case FRRD_RETAIN_ALL:
		capability.cap = ZEBRA_CLIENT_GR_CAPABILITIES;
		break;
	}
	for (size_t i = 0; i < array_size(sessions); i++)
		if (sessions[i].up)
			zclient_capabilities_send(ZEBRA_CLIENT_CAPABILITIES, sessions[i].zclient,
						  &capability);
}

/* One entry of a (un)registration: connected, via default, SAFI, family, length, address. */
static void put_tracked(struct stream *s, const struct prefix *p)
{
	stream_putc(s, 0);
	stream_putc(s, 0);
	stream_putw(s, SAFI_UNICAST);
	stream_putw(s, p->family);
	stream_putc(s, p->prefixlen);
	stream_put(s, &p->u, p->family == AF_INET ? IPV4_MAX_BYTELEN : IPV6_MAX_BYTELEN);
}

static void send_track(struct zclient *zclient, const struct prefix *prefixes, size_t count,
		       bool on)
{
	const size_t entry_max = 7 + IPV6_MAX_BYTELEN;
	size_t i = 0;

	while (i < count) {
		struct stream *s = zclient->obuf;

		stream_reset(s);
		zclient_create_header(s, on ? ZEBRA_NEXTHOP_REGISTER : ZEBRA_NEXTHOP_UNREGISTER,
				      VRF_DEFAULT);
		while (i < count && STREAM_WRITEABLE(s) >= entry_max &&
		       stream_get_endp(s) + entry_max <= ZEBRA_MAX_PACKET_SIZ)
			put_tracked(s, &prefixes[i++]);
		stream_putw_at(s, 0, stream_get_endp(s));
		zclient_send_message(zclient);
	}
}

void frrd_zebra_track(const struct prefix *prefixes, size_t count, bool on)
{
	if (connected)
		send_track(sessions[0].zclient, prefixes, count, on); /* belongs to no instance */
}

void frrd_zebra_echo(void)
{
	for (size_t i = 0; i < array_size(sessions); i++) {
		sessions[i].echo = true;
		send_track(sessions[i].zclient, &echo_prefix, 1, true);
		send_track(sessions[i].zclient, &echo_prefix, 1, false);
	}
}
