// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Attachments towards the hosts of the LAN: is an IPv4 address in use, and where is it
 * now.  IPv6 addresses are checked by the kernel.
 *
 * The check is that of RFC 5227 with shorter times: its own take six seconds, in which
 * the hosts would have no gateway.
 */

#include <zebra.h>

#include "log.h"

#include "frrd/frrd_attach_internal.h"
#include "frrd/frrd_attach_packet.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_errors.h"
#include "frrd/frrd_process.h"

#define PROBES 3
#define PROBE_MS 100
#define ANSWER_MS 200 /* after the last probe */

/* --- check --- */

void frrd_att_check_stop(struct frrd_attachment *att)
{
	EVENT_OFF(att->t_check);
	EVENT_OFF(att->t_check_read);
	if (att->check_fd >= 0)
		close(att->check_fd);
	att->check_fd = -1;
}

static bool is_asked_for(const struct frrd_att_address *address)
{
	return address->configured && !address->present && !address->checked &&
	       address->p.family == AF_INET;
}

static void check_done(struct frrd_attachment *att)
{
	for (size_t i = 0; i < att->count; i++)
		if (is_asked_for(&att->addresses[i]))
			att->addresses[i].checked = true;
	frrd_att_check_stop(att);
	frrd_att_evaluate(att);
}

static void check_failed(struct frrd_attachment *att, int error)
{
	for (size_t i = 0; i < att->count; i++)
		if (is_asked_for(&att->addresses[i]))
			att->addresses[i].error = error;
	check_done(att);
}

static bool heard(struct frrd_attachment *att, const uint8_t *packet, size_t length)
{
	bool any = false;
	uint8_t mac[FRRD_MAC_SIZE];

	for (size_t i = 0; i < att->count; i++) {
		struct frrd_att_address *address = &att->addresses[i];

		if (!is_asked_for(address) ||
		    !frrd_packet_conflicts(packet, length, att->mac, &address->p, mac))
			continue;
		address->duplicate = any = true;
		snprintf(att->conflict, sizeof(att->conflict), "%02x:%02x:%02x:%02x:%02x:%02x",
			 mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	}
	return any;
}

/* True when somebody has an address that is asked for. */
static bool read_answers(struct frrd_attachment *att)
{
	uint8_t packet[128];
	ssize_t length;

	while ((length = recv(att->check_fd, packet, sizeof(packet), MSG_DONTWAIT)) > 0)
		if (heard(att, packet, length))
			return true;
	return false;
}

static void check_readable(struct event *event)
{
	struct frrd_attachment *att = EVENT_ARG(event);

	event_add_read(frrd_loop, check_readable, att, att->check_fd, &att->t_check_read);
	if (read_answers(att))
		check_done(att);
}

static void probe(struct event *event)
{
	struct frrd_attachment *att = EVENT_ARG(event);
	int error = 0;

	/* A loop that was held up finds the timer before what has come meanwhile. */
	if (read_answers(att) || att->probes == PROBES) {
		check_done(att);
		return;
	}
	for (size_t i = 0; !error && i < att->count; i++)
		if (is_asked_for(&att->addresses[i]))
			error = frrd_packet_probe(att->check_fd, att->ifindex, att->mac,
						  &att->addresses[i].p);
	if (error) {
		check_failed(att, error);
		return;
	}
	att->probes++;
	event_add_timer_msec(frrd_loop, probe, att, att->probes == PROBES ? ANSWER_MS : PROBE_MS,
			     &att->t_check);
}

void frrd_att_check(struct frrd_attachment *att)
{
	att->probes = 0;
	att->conflict[0] = '\0';
	att->check_fd = frrd_packet_open(att->ifindex, true);
	if (att->check_fd < 0) {
		int error = -att->check_fd;

		att->check_fd = -1;
		check_failed(att, error);
		return;
	}
	event_add_read(frrd_loop, check_readable, att, att->check_fd, &att->t_check_read);
	event_add_timer_msec(frrd_loop, probe, att, 0, &att->t_check);
}

/* --- advertisements --- */

void frrd_att_advertise_stop(struct frrd_attachment *att)
{
	EVENT_OFF(att->t_advert);
	att->advertised = false;
}

static int advertise_all(struct frrd_attachment *att)
{
	int fd = frrd_packet_open(att->ifindex, false);
	int error = 0;

	if (fd < 0)
		return -fd;
	for (size_t i = 0; !error && i < att->count; i++)
		if (att->addresses[i].present && att->addresses[i].ours)
			error = frrd_packet_announce(fd, att->ifindex, att->mac,
						     &att->addresses[i].p);
	close(fd);
	return error;
}

static void advertise_event(struct event *event)
{
	struct frrd_attachment *att = EVENT_ARG(event);
	int error = advertise_all(att);

	if (error)
		flog_warn(EC_FRRD_ATTACH,
			  "group %s: interface %s: the hosts cannot be told of the addresses: %s",
			  att->grp->name, att->ifname, safe_strerror(error));
	if (++att->adverts < att->advertisements)
		event_add_timer_msec(frrd_loop, advertise_event, att,
				     att->advertisement_interval_ms, &att->t_advert);
}

void frrd_att_advertise(struct frrd_attachment *att)
{
	if (!(att->flags & IFF_RUNNING)) {
		frrd_att_advertise_stop(att); /* again when it has its carrier back */
		return;
	}
	if (att->advertised || !att->ethernet)
		return;
	att->advertised = true;
	att->adverts = 0;
	if (att->advertisements)
		event_add_event(frrd_loop, advertise_event, att, 0, &att->t_advert);
}
