// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fib_watch: tells when the kernel's FIB of one namespace has all prefixes of a
 * range, or none of them any more.
 *
 * The bench runs one of these at each site that it looks at.  It follows
 * rtnetlink, which costs next to no processor time: an observer in a script
 * would take enough of a small machine to change what it measures.
 *
 * Commands are lines on standard input:
 *
 *   all IFNAME   one answer as soon as every prefix points to this interface
 *   none         one answer as soon as no prefix has a route
 *   quit
 *
 * An answer is a line of JSON: how many routes there are, and when the last
 * change of any of them came, CLOCK_MONOTONIC in microseconds.  A condition that
 * holds already is answered at once, with the time of that change; asking again
 * when the network is quiet tells when it took its final form.  A new command
 * takes the place of one that still waits.
 */

#define _GNU_SOURCE

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define RECEIVE_BUFFER (64 << 20)
#define IPV4_BITS 32

enum watch_for {
	WATCH_NOTHING,
	WATCH_ALL,
	WATCH_NONE,
};

static struct {
	uint32_t first; /* host order */
	unsigned int length;
	uint32_t count;

	int *oif;	  /* by prefix: interface index, -1 for a route without one, 0: no route */
	uint32_t present; /* prefixes that have a route */
	uint32_t via;	  /* prefixes that point to the interface wanted */

	enum watch_for wanted;
	int wanted_oif;
	char line[64];	 /* the command, for the answer */
	int64_t last_us; /* the last change */
} watch;

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void die(const char *what)
{
	fprintf(stderr, "fib_watch: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void route_is(uint32_t index, int oif, int64_t when_us)
{
	int before = watch.oif[index];

	if (before == oif)
		return;
	watch.present += (oif != 0) - (before != 0);
	watch.via += (oif == watch.wanted_oif) - (before == watch.wanted_oif);
	watch.oif[index] = oif;
	watch.last_us = when_us;
}

/* Of equal-cost paths the first one counts. */
static int route_oif(const struct rtattr *multipath, const struct rtattr *oif)
{
	if (oif)
		return *(const int *)RTA_DATA(oif);
	if (multipath)
		return ((const struct rtnexthop *)RTA_DATA(multipath))->rtnh_ifindex;
	return -1;
}

static void take_route(const struct nlmsghdr *message, int64_t when_us)
{
	const struct rtmsg *route = NLMSG_DATA(message);
	const struct rtattr *attribute = RTM_RTA(route);
	const struct rtattr *oif = NULL, *multipath = NULL;
	int left = RTM_PAYLOAD(message);
	uint32_t table = route->rtm_table, dst = 0, index;

	for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
		if (attribute->rta_type == RTA_DST)
			dst = ntohl(*(const uint32_t *)RTA_DATA(attribute));
		else if (attribute->rta_type == RTA_OIF)
			oif = attribute;
		else if (attribute->rta_type == RTA_MULTIPATH)
			multipath = attribute;
		else if (attribute->rta_type == RTA_TABLE)
			table = *(const uint32_t *)RTA_DATA(attribute);
	}
	if (route->rtm_family != AF_INET || table != RT_TABLE_MAIN ||
	    route->rtm_dst_len != watch.length || (route->rtm_flags & RTM_F_CLONED))
		return;
	index = (dst - watch.first) >> (IPV4_BITS - watch.length);
	if (index >= watch.count)
		return;
	route_is(index, message->nlmsg_type == RTM_DELROUTE ? 0 : route_oif(multipath, oif),
		 when_us);
}

/* False when a dump has ended. */
static bool take(int sock)
{
	static char buffer[1 << 18];
	ssize_t got = recv(sock, buffer, sizeof(buffer), 0);
	int64_t when_us = now_us();
	const struct nlmsghdr *message = (const void *)buffer;

	if (got < 0)
		die("netlink"); /* ENOBUFS too: a change is lost, the count would be wrong */
	for (size_t left = got; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
		if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR)
			return false;
		if (message->nlmsg_type == RTM_NEWROUTE || message->nlmsg_type == RTM_DELROUTE)
			take_route(message, when_us);
	}
	return true;
}

static int open_netlink(unsigned int groups)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = groups };
	int size = RECEIVE_BUFFER;
	int sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (sock < 0 || setsockopt(sock, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0 ||
	    bind(sock, (struct sockaddr *)&address, sizeof(address)) < 0)
		die("netlink socket");
	return sock;
}

static void dump(void)
{
	struct {
		struct nlmsghdr header;
		struct rtmsg route;
	} request = {
		.header = { .nlmsg_len = sizeof(request),
			    .nlmsg_type = RTM_GETROUTE,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.route = { .rtm_family = AF_INET },
	};
	int sock = open_netlink(0);

	if (send(sock, &request, sizeof(request), 0) < 0)
		die("dump");
	while (take(sock))
		;
	close(sock);
}

static void answer_if_true(void)
{
	if (watch.wanted == WATCH_NOTHING)
		return;
	if (watch.wanted == WATCH_ALL ? watch.via < watch.count : watch.present > 0)
		return;
	printf("{\"seen\":\"%s\",\"routes\":%" PRIu32 ",\"lastUs\":%" PRId64 "}\n", watch.line,
	       watch.present, watch.last_us);
	fflush(stdout);
	watch.wanted = WATCH_NOTHING;
}

static void want(enum watch_for wanted, const char *line, const char *ifname)
{
	watch.wanted = wanted;
	watch.wanted_oif = ifname ? (int)if_nametoindex(ifname) : -2;
	snprintf(watch.line, sizeof(watch.line), "%s", line);
	watch.via = 0;
	for (uint32_t i = 0; i < watch.count; i++)
		watch.via += watch.oif[i] == watch.wanted_oif;
}

static void command(const char *line)
{
	if (strcmp(line, "quit") == 0)
		exit(0);
	if (strcmp(line, "none") == 0)
		want(WATCH_NONE, line, NULL);
	else if (strncmp(line, "all ", 4) == 0 && if_nametoindex(line + 4))
		want(WATCH_ALL, line, line + 4);
	else
		printf("{\"error\":\"unknown command or interface\"}\n");
	fflush(stdout);
	answer_if_true();
}

static void read_commands(void)
{
	static char line[sizeof(watch.line)];
	static size_t length;
	char chunk[64];
	ssize_t got = read(STDIN_FILENO, chunk, sizeof(chunk));

	if (got <= 0)
		exit(0);
	for (ssize_t i = 0; i < got; i++) {
		if (chunk[i] == '\n') {
			line[length] = '\0';
			length = 0;
			command(line);
		} else if (length < sizeof(line) - 1) {
			line[length++] = chunk[i];
		}
	}
}

int main(int argc, char **argv)
{
	struct pollfd polled[2] = { { .fd = STDIN_FILENO, .events = POLLIN } };
	char address[INET_ADDRSTRLEN];
	struct in_addr first;

	if (argc != 3 || sscanf(argv[1], "%15[0-9.]/%u", address, &watch.length) != 2 ||
	    inet_pton(AF_INET, address, &first) != 1 || watch.length < 1 ||
	    watch.length > IPV4_BITS) {
		fprintf(stderr, "usage: fib_watch FIRST-PREFIX COUNT\n");
		return 1;
	}
	watch.first = ntohl(first.s_addr);
	watch.count = strtoul(argv[2], NULL, 10);
	watch.oif = calloc(watch.count + 1, sizeof(*watch.oif));
	if (!watch.oif)
		die("memory");

	polled[1] = (struct pollfd){ .fd = open_netlink(RTMGRP_IPV4_ROUTE), .events = POLLIN };
	dump();
	printf("{\"ready\":true,\"routes\":%" PRIu32 "}\n", watch.present);
	fflush(stdout);

	while (poll(polled, 2, -1) >= 0 || errno == EINTR) {
		if (polled[1].revents) {
			take(polled[1].fd);
			answer_if_true();
		}
		if (polled[0].revents)
			read_commands();
	}
	return 0;
}
