// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Probes of kind icmp: echo request and reply, ICMP and ICMPv6.
 *
 * One socket of each family for all probes: raw, or where that is not allowed, the
 * kernel's ping socket. A reply belongs to a run when identifier, sequence number and
 * source fit and, with 8 bytes of data or more, the run's random cookie. A message that
 * the target cannot be reached counts only when it brings the cookie back: anybody can
 * send one.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <linux/icmp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/util.h>

#include "frrd/io/io.h"
#include "frrd/io/io_icmp.h"
#include "frrd/io/io_resolve.h"

#define HEADER	       8 /* of an echo message */
#define COOKIE	       8 /* the first bytes of the data */
#define READ_BATCH     32 /* packets */
#define PACKET	       (HEADER + 9000 + 60) /* the longest answer, with its IP header */
#define RECEIVE_BUFFER (1024 * 1024)

struct run {
	struct io_probe *probe;
	union io_addr target;
	uint16_t sequence;
	uint8_t cookie[COOKIE];
};

struct side {
	int family;
	int fd;
	bool raw;
	int error; /* why there is no socket */
	struct event *event;
};

static struct side side4 = { .family = AF_INET, .fd = -1 };
static struct side side6 = { .family = AF_INET6, .fd = -1 };
static struct run *runs[65536]; /* by sequence number */
static uint16_t next_sequence;
static uint16_t identifier; /* of raw sockets; the kernel has its own for ping sockets */
static uint8_t request[HEADER + 9000];
static uint8_t packets[READ_BATCH][PACKET];

/* --- sockets ---------------------------------------------------------------------------- */

static void set_options(const struct side *side)
{
	const int size = RECEIVE_BUFFER;
	struct icmp6_filter filter6;
	struct icmp_filter filter4;

	setsockopt(side->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (!side->raw)
		return;
	if (side->family == AF_INET) {
		filter4.data = ~(1u << ICMP_ECHOREPLY | 1u << ICMP_DEST_UNREACH);
		setsockopt(side->fd, SOL_RAW, ICMP_FILTER, &filter4, sizeof(filter4));
	} else {
		ICMP6_FILTER_SETBLOCKALL(&filter6);
		ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &filter6);
		ICMP6_FILTER_SETPASS(ICMP6_DST_UNREACH, &filter6);
		setsockopt(side->fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter6, sizeof(filter6));
	}
}

static void open_side(struct side *side)
{
	const int protocol = side->family == AF_INET ? (int)IPPROTO_ICMP : (int)IPPROTO_ICMPV6;
	const int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;

	side->raw = true;
	side->fd = socket(side->family, SOCK_RAW | flags, protocol);
	if (side->fd < 0) {
		side->error = errno;
		side->raw = false;
		side->fd = socket(side->family, SOCK_DGRAM | flags, protocol);
	}
	if (side->fd >= 0)
		set_options(side);
}

void io_icmp_open(void)
{
	open_side(&side4);
	open_side(&side6);
}

/* --- sending ---------------------------------------------------------------------------- */

/* RFC 1071. */
static uint16_t checksum(const uint8_t *data, size_t length)
{
	uint32_t sum = 0;

	for (; length > 1; data += 2, length -= 2)
		sum += (uint32_t)data[0] << 8 | data[1];
	if (length)
		sum += (uint32_t)data[0] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

static void put16(uint8_t *to, uint16_t value)
{
	to[0] = value >> 8;
	to[1] = value & 0xff;
}

static uint16_t get16(const uint8_t *from)
{
	return (uint16_t)(from[0] << 8 | from[1]);
}

/* The request in `request`; its length. */
static size_t make_request(const struct run *run, uint16_t size)
{
	const bool v4 = run->target.sa.sa_family == AF_INET;
	const size_t length = HEADER + size;

	memset(request, 0, HEADER);
	request[0] = v4 ? (uint8_t)ICMP_ECHO : (uint8_t)ICMP6_ECHO_REQUEST;
	put16(request + 4, identifier);
	put16(request + 6, run->sequence);
	for (size_t i = 0; i < size; i++)
		request[HEADER + i] = i < COOKIE ? run->cookie[i] : (uint8_t)i;
	/* The kernel does it for ICMPv6. */
	if (v4)
		put16(request + 2, checksum(request, length));
	return length;
}

/*
 * Source address and interface as ancillary data; the length of it, or -1 with *ret_what
 * and errno. A VRF is chosen by its device.
 */
static ssize_t make_control(const struct frrd_ipc_probe *spec, int family, struct cmsghdr *cmsg,
			    const char **ret_what)
{
	const char *device = spec->source_interface[0] ? spec->source_interface : spec->vrf;
	struct in6_pktinfo info6 = {};
	struct in_pktinfo info4 = {};

	*ret_what = spec->source_interface[0] ? "source-interface" : "vrf";
	if (device[0]) {
		info6.ipi6_ifindex = if_nametoindex(device);
		info4.ipi_ifindex = (int)info6.ipi6_ifindex;
		if (!info6.ipi6_ifindex)
			return -1;
	}
	*ret_what = "source-address";
	errno = EAFNOSUPPORT;
	if (family == AF_INET) {
		if (spec->source_address[0] &&
		    inet_pton(AF_INET, spec->source_address, &info4.ipi_spec_dst) != 1)
			return -1;
		cmsg->cmsg_level = IPPROTO_IP;
		cmsg->cmsg_type = IP_PKTINFO;
		cmsg->cmsg_len = CMSG_LEN(sizeof(info4));
		memcpy(CMSG_DATA(cmsg), &info4, sizeof(info4));
		return CMSG_SPACE(sizeof(info4));
	}
	if (spec->source_address[0] &&
	    inet_pton(AF_INET6, spec->source_address, &info6.ipi6_addr) != 1)
		return -1;
	cmsg->cmsg_level = IPPROTO_IPV6;
	cmsg->cmsg_type = IPV6_PKTINFO;
	cmsg->cmsg_len = CMSG_LEN(sizeof(info6));
	memcpy(CMSG_DATA(cmsg), &info6, sizeof(info6));
	return CMSG_SPACE(sizeof(info6));
}

/* False: *ret_what and errno say why it was not sent. */
static bool send_request(const struct side *side, const struct run *run, const char **ret_what)
{
	const struct frrd_ipc_probe *spec = io_probe_spec(run->probe);
	union {
		struct cmsghdr header;
		uint8_t space[CMSG_SPACE(sizeof(struct in6_pktinfo))];
	} control = {};
	struct iovec data = { .iov_base = request, .iov_len = make_request(run, spec->size) };
	struct msghdr message = {
		.msg_name = (void *)&run->target,
		.msg_namelen = side->family == AF_INET ? sizeof(run->target.in)
						       : sizeof(run->target.in6),
		.msg_iov = &data,
		.msg_iovlen = 1,
	};
	ssize_t length;

	if (spec->source_address[0] || spec->source_interface[0] || spec->vrf[0]) {
		length = make_control(spec, side->family, &control.header, ret_what);
		if (length < 0)
			return false;
		message.msg_control = &control;
		message.msg_controllen = length;
	}
	*ret_what = "not sent";
	return sendmsg(side->fd, &message, MSG_DONTWAIT) >= 0;
}

static bool icmp_target(const struct frrd_ipc_probe *spec, void *data, char host[FRRD_IPC_HOST],
			uint16_t *ret_port)
{
	memcpy(host, spec->host, FRRD_IPC_HOST);
	*ret_port = 0;
	return true;
}

static void end_run(struct io_probe *probe)
{
	struct run *run = io_probe_run(probe);

	io_probe_set_run(probe, NULL);
	runs[run->sequence] = NULL;
	free(run);
}

/* From a store, because asking the kernel each time is a quarter of a run's cost. */
static void make_cookie(uint8_t cookie[COOKIE])
{
	static uint8_t store[512 * COOKIE];
	static size_t left;

	if (!left) {
		evutil_secure_rng_get_bytes(store, sizeof(store));
		left = sizeof(store);
	}
	left -= COOKIE;
	memcpy(cookie, store + left, COOKIE);
}

/* A number that no run has; false: all are in use. */
static bool take_sequence(struct run *run)
{
	for (unsigned int i = 0; i < 65536; i++) {
		run->sequence = next_sequence++;
		if (!runs[run->sequence]) {
			runs[run->sequence] = run;
			return true;
		}
	}
	return false;
}

static void icmp_start(struct io_probe *probe, const struct sockaddr *addr, socklen_t addrlen)
{
	const struct side *side = addr->sa_family == AF_INET ? &side4 : &side6;
	const char *what;
	struct run *run;
	int error;

	if (side->fd < 0) {
		io_done(probe, false, "no ICMP socket: %s", strerror(side->error));
		return;
	}
	run = calloc(1, sizeof(*run));
	if (!run || !take_sequence(run)) {
		free(run);
		io_done(probe, false, "not enough memory");
		return;
	}
	run->probe = probe;
	memcpy(&run->target, addr, addrlen);
	make_cookie(run->cookie);
	io_probe_set_run(probe, run);
	if (!send_request(side, run, &what)) {
		error = errno;
		end_run(probe);
		io_done(probe, false, "%s: %s", what, strerror(error));
	}
}

/* --- receiving -------------------------------------------------------------------------- */

static bool is_target(const struct run *run, int family, const void *address)
{
	if (run->target.sa.sa_family != family)
		return false;
	return family == AF_INET ? !memcmp(&run->target.in.sin_addr, address, 4)
				 : !memcmp(&run->target.in6.sin6_addr, address, 16);
}

/* The run of an echo message, its own or one that comes back in an error; or NULL. */
static struct run *find_run(const struct side *side, const uint8_t *echo, size_t length)
{
	uint16_t size;
	struct run *run;

	if (length < HEADER || (side->raw && get16(echo + 4) != identifier))
		return NULL;
	run = runs[get16(echo + 6)];
	if (!run)
		return NULL;
	size = io_probe_spec(run->probe)->size;
	if (size > COOKIE)
		size = COOKIE;
	if (length < (size_t)HEADER + size || memcmp(echo + HEADER, run->cookie, size))
		return NULL;
	return run;
}

/* `from`: the address of who sent it. */
static void take_reply(const struct side *side, const uint8_t *echo, size_t length, const void *from)
{
	struct run *run = find_run(side, echo, length);
	struct io_probe *probe;

	if (!run || !is_target(run, side->family, from))
		return;
	probe = run->probe;
	if (length != (size_t)HEADER + io_probe_spec(probe)->size)
		return;
	end_run(probe);
	io_done(probe, true, "echo reply");
}

static const char *unreachable(int family, uint8_t code)
{
	if (family == AF_INET) {
		switch (code) {
		case ICMP_NET_UNREACH:
			return "network unreachable";
		case ICMP_HOST_UNREACH:
			return "host unreachable";
		case ICMP_NET_ANO:
		case ICMP_HOST_ANO:
		case ICMP_PKT_FILTERED:
			return "administratively prohibited";
		default:
			return "unreachable";
		}
	}
	switch (code) {
	case ICMP6_DST_UNREACH_NOROUTE:
		return "no route";
	case ICMP6_DST_UNREACH_ADMIN:
		return "administratively prohibited";
	case ICMP6_DST_UNREACH_ADDR:
		return "host unreachable";
	default:
		return "unreachable";
	}
}

/* `inner`: the packet of ours that comes back, with its IP header. */
static void take_error(const struct side *side, uint8_t code, const uint8_t *inner, size_t length,
		       const void *from)
{
	const bool v4 = side->family == AF_INET;
	char text[INET6_ADDRSTRLEN];
	struct io_probe *probe;
	const uint8_t *target;
	struct run *run;
	size_t header;

	if (length < (v4 ? sizeof(struct iphdr) : sizeof(struct ip6_hdr)))
		return;
	header = v4 ? (size_t)(inner[0] & 0xf) * 4 : sizeof(struct ip6_hdr);
	target = inner + (v4 ? offsetof(struct iphdr, daddr) : offsetof(struct ip6_hdr, ip6_dst));
	if (length < header + HEADER || inner[v4 ? 9 : 6] != (v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6) ||
	    inner[header] != (v4 ? ICMP_ECHO : ICMP6_ECHO_REQUEST))
		return;
	run = find_run(side, inner + header, length - header);
	if (!run || io_probe_spec(run->probe)->size < COOKIE ||
	    !is_target(run, side->family, target))
		return;
	probe = run->probe;
	end_run(probe);
	inet_ntop(side->family, from, text, sizeof(text));
	io_done(probe, false, "%s, says %s", unreachable(side->family, code), text);
}

static void take(const struct side *side, const uint8_t *data, size_t length,
		 const union io_addr *from)
{
	const bool v4 = side->family == AF_INET;
	const void *address = v4 ? (const void *)&from->in.sin_addr
				 : (const void *)&from->in6.sin6_addr;
	size_t header;

	/* Only raw IPv4 sockets hand over the IP header; nobody has verified its data yet. */
	if (v4 && side->raw) {
		header = length ? (size_t)(data[0] & 0xf) * 4 : 0;
		if (header < sizeof(struct iphdr) || length < header)
			return;
		data += header;
		length -= header;
		if (checksum(data, length))
			return;
	}
	if (length < HEADER)
		return;
	if (data[0] == (v4 ? ICMP_ECHOREPLY : ICMP6_ECHO_REPLY))
		take_reply(side, data, length, address);
	else if (data[0] == (v4 ? ICMP_DEST_UNREACH : ICMP6_DST_UNREACH))
		take_error(side, data[1], data + HEADER, length - HEADER, address);
}

/* Several packets at a time. What is left makes the socket readable again. */
static void readable(evutil_socket_t fd, short what, void *arg)
{
	struct mmsghdr messages[READ_BATCH] = {};
	struct iovec data[READ_BATCH];
	union io_addr from[READ_BATCH];
	int count;

	for (int i = 0; i < READ_BATCH; i++) {
		data[i] = (struct iovec){ packets[i], PACKET };
		messages[i].msg_hdr.msg_iov = &data[i];
		messages[i].msg_hdr.msg_iovlen = 1;
		messages[i].msg_hdr.msg_name = &from[i];
		messages[i].msg_hdr.msg_namelen = sizeof(from[i]);
	}
	count = recvmmsg(fd, messages, READ_BATCH, MSG_DONTWAIT, NULL);
	for (int i = 0; i < count; i++)
		take(arg, packets[i], messages[i].msg_len, &from[i]);
}

/* --- begin and end ---------------------------------------------------------------------- */

static void attach_side(struct side *side)
{
	if (side->fd < 0)
		return;
	side->event = event_new(io_base, side->fd, EV_READ | EV_PERSIST, readable, side);
	if (side->event)
		event_add(side->event, NULL);
}

void io_icmp_attach(void)
{
	evutil_secure_rng_get_bytes(&identifier, sizeof(identifier));
	evutil_secure_rng_get_bytes(&next_sequence, sizeof(next_sequence));
	attach_side(&side4);
	attach_side(&side6);
}

static void finish_side(struct side *side)
{
	if (side->event)
		event_free(side->event);
	if (side->fd >= 0)
		close(side->fd);
}

void io_icmp_finish(void)
{
	finish_side(&side4);
	finish_side(&side6);
}

const struct io_kind io_icmp = {
	.name = "icmp",
	.start = icmp_start,
	.cancel = end_run,
	.target = icmp_target,
};
