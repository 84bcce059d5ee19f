/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets that tell the hosts of a LAN where an address is now, and that ask whether
 * somebody else has it: ARP announcements and probes (RFC 5227), unsolicited
 * neighbour advertisements (RFC 4861, section 7.2.6).
 */
#ifndef FRRD_ATTACH_PACKET_H
#define FRRD_ATTACH_PACKET_H

#include "if.h"
#include "prefix.h"

#define FRRD_MAC_SIZE 6

/*
 * A socket for packets on this interface; `arp`: it receives ARP, otherwise nothing.
 * Needs CAP_NET_RAW, which is taken for a moment.  Returns the descriptor or -errno.
 */
extern int frrd_packet_open(ifindex_t ifindex, bool arp);

/* Send one; return 0 or an errno. */
extern int frrd_packet_announce(int fd, ifindex_t ifindex, const uint8_t mac[FRRD_MAC_SIZE],
				const struct prefix *address);
extern int frrd_packet_probe(int fd, ifindex_t ifindex, const uint8_t mac[FRRD_MAC_SIZE],
			     const struct prefix *address);

/*
 * Does this ARP packet say that somebody else has, or is about to take, the IPv4
 * address?  *ret_mac is then who.
 */
extern bool frrd_packet_conflicts(const uint8_t *packet, size_t length,
				  const uint8_t mac[FRRD_MAC_SIZE], const struct prefix *address,
				  uint8_t ret_mac[FRRD_MAC_SIZE]);

#endif
