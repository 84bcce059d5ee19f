// SPDX-License-Identifier: GPL-2.0-or-later
/* ARP and neighbour advertisements; see frrd_attach_packet.h. */

#include <zebra.h>

#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/icmp6.h>
#include <netinet/ip6.h>

#include "checksum.h"

#include "frrd/frrd_attach_packet.h"
#include "frrd/frrd_process.h"

#define HOP_LIMIT 255 /* says that it came from this link */

struct arp {
	uint16_t hardware, protocol;
	uint8_t hardware_length, protocol_length;
	uint16_t operation;
	uint8_t sender_mac[FRRD_MAC_SIZE];
	uint8_t sender[IPV4_MAX_BYTELEN];
	uint8_t target_mac[FRRD_MAC_SIZE];
	uint8_t target[IPV4_MAX_BYTELEN];
} __attribute__((packed));

struct advertisement {
	struct ip6_hdr ip;
	struct nd_neighbor_advert na;
	struct nd_opt_hdr option;
	uint8_t mac[FRRD_MAC_SIZE];
} __attribute__((packed));

static const uint8_t broadcast[FRRD_MAC_SIZE] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
static const uint8_t all_nodes_mac[FRRD_MAC_SIZE] = { 0x33, 0x33, 0, 0, 0, 1 };
static const uint8_t all_nodes[IPV6_MAX_BYTELEN] = { 0xff, 2, [15] = 1 };

int frrd_packet_open(ifindex_t ifindex, bool arp)
{
	struct sockaddr_ll sll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(arp ? ETH_P_ARP : 0),
		.sll_ifindex = ifindex,
	};
	int error = 0, fd = -1;

	frr_with_privs (&frrd_privs) {
		fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		error = errno;
	}
	if (fd < 0)
		return -error;
	if (bind(fd, (struct sockaddr *)&sll, sizeof(sll)) < 0) {
		error = errno;
		close(fd);
		return -error;
	}
	return fd;
}

static int send_to(int fd, ifindex_t ifindex, uint16_t protocol, const uint8_t mac[FRRD_MAC_SIZE],
		   const void *packet, size_t length)
{
	struct sockaddr_ll sll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(protocol),
		.sll_ifindex = ifindex,
		.sll_halen = FRRD_MAC_SIZE,
	};

	memcpy(sll.sll_addr, mac, FRRD_MAC_SIZE);
	if (sendto(fd, packet, length, 0, (struct sockaddr *)&sll, sizeof(sll)) < 0)
		return errno;
	return 0;
}

/* A request from `sender` (NULL: from nobody yet) for `target`, to everybody. */
static int send_arp(int fd, ifindex_t ifindex, const uint8_t mac[FRRD_MAC_SIZE],
		    const struct in_addr *sender, const struct in_addr *target)
{
	struct arp arp = {
		.hardware = htons(ARPHRD_ETHER),
		.protocol = htons(ETH_P_IP),
		.hardware_length = FRRD_MAC_SIZE,
		.protocol_length = IPV4_MAX_BYTELEN,
		.operation = htons(ARPOP_REQUEST),
	};

	memcpy(arp.sender_mac, mac, sizeof(arp.sender_mac));
	if (sender)
		memcpy(arp.sender, sender, sizeof(arp.sender));
	memcpy(arp.target, target, sizeof(arp.target));
	return send_to(fd, ifindex, ETH_P_ARP, broadcast, &arp, sizeof(arp));
}

static int send_advertisement(int fd, ifindex_t ifindex, const uint8_t mac[FRRD_MAC_SIZE],
			      const struct in6_addr *address)
{
	const size_t length = sizeof(struct advertisement) - sizeof(struct ip6_hdr);
	struct advertisement packet = {};
	struct ipv6_ph pseudo = {};

	packet.ip.ip6_vfc = 6 << 4;
	packet.ip.ip6_plen = htons(length);
	packet.ip.ip6_nxt = IPPROTO_ICMPV6;
	packet.ip.ip6_hlim = HOP_LIMIT;
	packet.ip.ip6_src = *address;
	memcpy(&packet.ip.ip6_dst, all_nodes, sizeof(all_nodes));
	packet.na.nd_na_type = ND_NEIGHBOR_ADVERT;
	packet.na.nd_na_flags_reserved = ND_NA_FLAG_ROUTER | ND_NA_FLAG_OVERRIDE;
	packet.na.nd_na_target = *address;
	packet.option.nd_opt_type = ND_OPT_TARGET_LINKADDR;
	packet.option.nd_opt_len = 1; /* of 8 bytes */
	memcpy(packet.mac, mac, FRRD_MAC_SIZE);
	pseudo.src = packet.ip.ip6_src;
	pseudo.dst = packet.ip.ip6_dst;
	pseudo.ulpl = htonl(length);
	pseudo.next_hdr = IPPROTO_ICMPV6;
	packet.na.nd_na_cksum = in_cksum_with_ph6(&pseudo, &packet.na, length);
	return send_to(fd, ifindex, ETH_P_IPV6, all_nodes_mac, &packet, sizeof(packet));
}

int frrd_packet_announce(int fd, ifindex_t ifindex, const uint8_t mac[FRRD_MAC_SIZE],
			 const struct prefix *address)
{
	if (address->family == AF_INET)
		return send_arp(fd, ifindex, mac, &address->u.prefix4, &address->u.prefix4);
	return send_advertisement(fd, ifindex, mac, &address->u.prefix6);
}

int frrd_packet_probe(int fd, ifindex_t ifindex, const uint8_t mac[FRRD_MAC_SIZE],
		      const struct prefix *address)
{
	return send_arp(fd, ifindex, mac, NULL, &address->u.prefix4);
}

bool frrd_packet_conflicts(const uint8_t *packet, size_t length, const uint8_t mac[FRRD_MAC_SIZE],
			   const struct prefix *address, uint8_t ret_mac[FRRD_MAC_SIZE])
{
	const struct in_addr nobody = { .s_addr = INADDR_ANY };
	struct arp arp;
	bool has, takes;

	if (length < sizeof(arp))
		return false;
	memcpy(&arp, packet, sizeof(arp));
	if (arp.hardware != htons(ARPHRD_ETHER) || arp.protocol != htons(ETH_P_IP) ||
	    arp.hardware_length != FRRD_MAC_SIZE || arp.protocol_length != IPV4_MAX_BYTELEN ||
	    !memcmp(arp.sender_mac, mac, FRRD_MAC_SIZE))
		return false;
	has = !memcmp(arp.sender, &address->u.prefix4, IPV4_MAX_BYTELEN);
	takes = arp.operation == htons(ARPOP_REQUEST) &&
		!memcmp(arp.sender, &nobody, IPV4_MAX_BYTELEN) &&
		!memcmp(arp.target, &address->u.prefix4, IPV4_MAX_BYTELEN);
	memcpy(ret_mac, arp.sender_mac, FRRD_MAC_SIZE);
	return has || takes;
}
