// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * zapi_loop: the bare ZAPI loop that the bench compares frrd with.
 *
 * The smallest honest client of zebra that announces routes the way frrd does
 * (type TABLE with an instance, distance, tag, metric): one zclient_route_send()
 * per prefix in a tight loop over a counter, stopping when the send buffer fills
 * and going on when libfrr says that it is empty again, then waiting for zebra's
 * owner notification of every prefix.  It holds one bit per prefix, knows no
 * groups and takes no decisions: what frrd needs beyond its time is frrd's own
 * cost.
 *
 * It runs until told to quit.  Commands are lines on standard input, answers
 * are one JSON object a line:
 *
 *   announce   send all routes; answered when zebra has reported all of them
 *   withdraw   delete all routes; answered when zebra has reported all of them
 *   quit       end (zebra then drops whatever is left)
 *
 * All times are CLOCK_MONOTONIC in microseconds, the clock that every process
 * of the machine shares, so that an observer in another namespace can subtract
 * them from its own.
 *
 * zebra tells clients apart by type and instance: while frrd runs at the same
 * router with this instance, the notifications would go to one of the two.
 */

#include <zebra.h>

#include <getopt.h>
#include <net/if.h>

#include "lib/libfrr.h"
#include "lib/log.h"
#include "lib/network.h"
#include "lib/prefix.h"
#include "lib/qobj.h"
#include "lib/thread.h"
#include "lib/vrf.h"
#include "lib/zclient.h"
#include "lib/zlog.h"

enum loop_job {
	LOOP_IDLE,
	LOOP_ANNOUNCE,
	LOOP_WITHDRAW,
};

static struct {
	/* what to send */
	struct prefix first;
	uint32_t count;
	uint16_t instance;
	uint8_t distance;
	uint32_t tag;
	uint32_t metric;
	struct zapi_nexthop nexthop;

	/* where the present command stands */
	enum loop_job job;
	uint32_t next;	   /* the next prefix to send */
	uint32_t answered; /* prefixes that zebra has reported on */
	uint32_t installed;
	uint32_t removed;
	uint32_t outdone;  /* another source's better route has taken the place */
	uint32_t refused;  /* any other answer */
	uint32_t buffered; /* times that the send buffer was full */
	uint8_t *seen;	   /* one bit a prefix: reported on */
	int64_t begin_us;  /* the command was read */
	int64_t first_write_us;
	int64_t last_write_us;
	int64_t last_notify_us;

	bool connected;
	bool quit;
	char line[64];
	size_t line_len;
} loop = {
	.count = 1000,
	.instance = 142,
	.distance = 15,
	.tag = 142,
};

static struct thread_master *loop_master;
static struct zclient *loop_zclient;

static int64_t loop_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* The prefix number @index, counted in steps of the prefix length from the first one. */
static struct prefix loop_prefix(uint32_t index)
{
	struct prefix p = loop.first;
	uint32_t address = ntohl(p.u.prefix4.s_addr) + (index << (IPV4_MAX_BITLEN - p.prefixlen));

	p.u.prefix4.s_addr = htonl(address);
	return p;
}

/* The other way round; false when the prefix is none of ours. */
static bool loop_index(const struct prefix *p, uint32_t *ret_index)
{
	uint32_t distance = ntohl(p->u.prefix4.s_addr) - ntohl(loop.first.u.prefix4.s_addr);

	if (p->family != AF_INET || p->prefixlen != loop.first.prefixlen)
		return false;
	*ret_index = distance >> (IPV4_MAX_BITLEN - p->prefixlen);
	return *ret_index < loop.count;
}

static void loop_report(const char *command)
{
	printf("{\"command\":\"%s\",\"prefixes\":%u,\"installed\":%u,\"removed\":%u,"
	       "\"outdone\":%u,\"refused\":%u,\"buffered\":%u,\"beginUs\":%" PRId64
	       ",\"firstWriteUs\":%" PRId64 ",\"lastWriteUs\":%" PRId64 ",\"lastNotifyUs\":%" PRId64
	       ",\"sendMs\":%.3f,\"totalMs\":%.3f}\n",
	       command, loop.count, loop.installed, loop.removed, loop.outdone, loop.refused,
	       loop.buffered, loop.begin_us, loop.first_write_us, loop.last_write_us,
	       loop.last_notify_us, (double)(loop.last_write_us - loop.first_write_us) / 1000.0,
	       (double)(loop.last_notify_us - loop.first_write_us) / 1000.0);
	fflush(stdout);
}

static void loop_finish_if_done(void)
{
	if (loop.job == LOOP_IDLE || loop.next < loop.count || loop.answered < loop.count ||
	    loop_zclient->t_write)
		return;
	loop_report(loop.job == LOOP_ANNOUNCE ? "announce" : "withdraw");
	loop.job = LOOP_IDLE;
}

/* The loop: as many routes as the socket takes. */
static void loop_send(void)
{
	uint8_t command = loop.job == LOOP_ANNOUNCE ? ZEBRA_ROUTE_ADD : ZEBRA_ROUTE_DELETE;
	struct zapi_route api;

	if (loop.job == LOOP_IDLE)
		return;

	memset(&api, 0, sizeof(api));
	api.vrf_id = VRF_DEFAULT;
	api.type = ZEBRA_ROUTE_TABLE;
	api.instance = loop.instance;
	api.safi = SAFI_UNICAST;
	if (command == ZEBRA_ROUTE_ADD) {
		SET_FLAG(api.message, ZAPI_MESSAGE_NEXTHOP);
		SET_FLAG(api.message, ZAPI_MESSAGE_DISTANCE);
		SET_FLAG(api.message, ZAPI_MESSAGE_METRIC);
		SET_FLAG(api.message, ZAPI_MESSAGE_TAG);
		api.nexthop_num = 1;
		api.nexthops[0] = loop.nexthop;
		api.distance = loop.distance;
		api.metric = loop.metric;
		api.tag = loop.tag;
	}

	while (loop.next < loop.count) {
		enum zclient_send_status status;

		api.prefix = loop_prefix(loop.next);
		if (loop.next == 0)
			loop.first_write_us = loop_now_us();
		status = zclient_route_send(command, loop_zclient, &api);
		if (status == ZCLIENT_SEND_FAILURE) {
			fprintf(stderr, "zapi_loop: the connection to zebra is lost\n");
			exit(1);
		}
		loop.next++;
		loop.last_write_us = loop_now_us();
		if (status == ZCLIENT_SEND_BUFFERED) {
			loop.buffered++;
			return; /* loop_write_ready() goes on */
		}
	}
}

static void loop_write_ready(void)
{
	if (loop.job == LOOP_IDLE)
		return;
	loop.last_write_us = loop_now_us();
	loop_send();
	loop_finish_if_done();
}

static int loop_notify(ZAPI_CALLBACK_ARGS)
{
	enum zapi_route_notify_owner note;
	struct prefix p;
	uint32_t table, index;

	memset(&p, 0, sizeof(p));
	if (!zapi_route_notify_decode(zclient->ibuf, &p, &table, &note, NULL, NULL))
		return -1;
	if (loop.job == LOOP_IDLE || !loop_index(&p, &index))
		return 0;

	switch (note) {
	case ZAPI_ROUTE_INSTALLED:
		if (loop.job != LOOP_ANNOUNCE)
			return 0;
		loop.installed++;
		break;
	case ZAPI_ROUTE_REMOVED:
		if (loop.job != LOOP_WITHDRAW)
			return 0;
		loop.removed++;
		break;
	case ZAPI_ROUTE_BETTER_ADMIN_WON:
		/* also the answer to a deletion while another source has the prefix */
		loop.outdone++;
		break;
	case ZAPI_ROUTE_FAIL_INSTALL:
	case ZAPI_ROUTE_REMOVE_FAIL:
		loop.refused++;
		break;
	}

	if (!(loop.seen[index / 8] & (1 << (index % 8)))) {
		loop.seen[index / 8] |= 1 << (index % 8);
		loop.answered++;
		loop.last_notify_us = loop_now_us();
	}
	loop_finish_if_done();
	return 0;
}

static void loop_command(const char *line)
{
	if (strcmp(line, "quit") == 0) {
		loop.quit = true;
		return;
	}
	if (strcmp(line, "announce") != 0 && strcmp(line, "withdraw") != 0) {
		printf("{\"error\":\"unknown command\"}\n");
		fflush(stdout);
		return;
	}
	if (loop.job != LOOP_IDLE || !loop.connected) {
		printf("{\"error\":\"%s\"}\n", loop.connected ? "busy" : "not connected to zebra");
		fflush(stdout);
		return;
	}
	loop.begin_us = loop_now_us();
	loop.job = strcmp(line, "announce") == 0 ? LOOP_ANNOUNCE : LOOP_WITHDRAW;
	loop.next = loop.answered = loop.installed = loop.removed = loop.outdone = loop.refused =
		loop.buffered = 0;
	memset(loop.seen, 0, loop.count / 8 + 1);
	loop_send();
}

static void loop_read_command(struct thread *thread)
{
	char chunk[64];
	ssize_t got = read(STDIN_FILENO, chunk, sizeof(chunk));

	if (got <= 0) {
		loop.quit = true;
		return;
	}
	for (ssize_t i = 0; i < got; i++) {
		if (chunk[i] == '\n') {
			loop.line[loop.line_len] = '\0';
			loop.line_len = 0;
			loop_command(loop.line);
		} else if (loop.line_len < sizeof(loop.line) - 1) {
			loop.line[loop.line_len++] = chunk[i];
		}
	}
	thread_add_read(loop_master, loop_read_command, NULL, STDIN_FILENO, NULL);
}

static void loop_connected(struct zclient *zclient)
{
	loop.connected = true;
	printf("{\"connected\":true,\"prefixes\":%u}\n", loop.count);
	fflush(stdout);
}

static zclient_handler *const loop_handlers[] = {
	[ZEBRA_ROUTE_NOTIFY_OWNER] = loop_notify,
};

static void loop_usage(FILE *out)
{
	fprintf(out,
		"usage: zapi_loop [-N PATHSPACE | -z SOCKET] [-n COUNT] [-p FIRST-PREFIX] [-i INTERFACE]\n"
		"                 [-I INSTANCE] [-d DISTANCE] [-t TAG] [-m METRIC]\n"
		"  without -i the next-hop is a blackhole; defaults: 1000 prefixes from 198.18.0.0/32,\n"
		"  instance 142, distance 15, tag 142, metric 0\n");
}

int main(int argc, char **argv)
{
	const char *socket_path = "/var/run/frr/zserv.api";
	const char *first = "198.18.0.0/32";
	struct zclient_options options = { .receive_notify = true };
	char path[108];
	struct thread thread;
	int opt;

	loop.nexthop.type = NEXTHOP_TYPE_BLACKHOLE;
	loop.nexthop.bh_type = BLACKHOLE_NULL;
	loop.nexthop.vrf_id = VRF_DEFAULT;

	while ((opt = getopt(argc, argv, "N:z:n:p:i:I:d:t:m:h")) != -1) {
		switch (opt) {
		case 'N':
			snprintf(path, sizeof(path), "/var/run/frr/%s/zserv.api", optarg);
			socket_path = path;
			break;
		case 'z':
			socket_path = optarg;
			break;
		case 'n':
			loop.count = strtoul(optarg, NULL, 10);
			break;
		case 'p':
			first = optarg;
			break;
		case 'i':
			loop.nexthop.type = NEXTHOP_TYPE_IFINDEX;
			loop.nexthop.ifindex = if_nametoindex(optarg);
			if (!loop.nexthop.ifindex) {
				fprintf(stderr, "zapi_loop: no interface %s here\n", optarg);
				return 1;
			}
			break;
		case 'I':
			loop.instance = strtoul(optarg, NULL, 10);
			break;
		case 'd':
			loop.distance = strtoul(optarg, NULL, 10);
			break;
		case 't':
			loop.tag = strtoul(optarg, NULL, 10);
			break;
		case 'm':
			loop.metric = strtoul(optarg, NULL, 10);
			break;
		case 'h':
			loop_usage(stdout);
			return 0;
		default:
			loop_usage(stderr);
			return 1;
		}
	}
	if (!str2prefix(first, &loop.first) || loop.first.family != AF_INET ||
	    loop.first.prefixlen == 0) {
		fprintf(stderr, "zapi_loop: %s is no IPv4 prefix to count from\n", first);
		return 1;
	}
	apply_mask(&loop.first);
	loop.seen = calloc(1, loop.count / 8 + 1);
	if (!loop.seen)
		return 1;

	zlog_aux_init("zapi_loop: ", LOG_WARNING);
	loop_master = thread_master_create(NULL);
	qobj_init();
	vrf_init(NULL, NULL, NULL, NULL);
	if (!frr_zclient_addr(&zclient_addr, &zclient_addr_len, socket_path)) {
		fprintf(stderr, "zapi_loop: bad socket path %s\n", socket_path);
		return 1;
	}

	loop_zclient = zclient_new(loop_master, &options, loop_handlers, array_size(loop_handlers));
	loop_zclient->zebra_connected = loop_connected;
	loop_zclient->zebra_buffer_write_ready = loop_write_ready;
	zclient_init(loop_zclient, ZEBRA_ROUTE_TABLE, loop.instance, NULL);
	thread_add_read(loop_master, loop_read_command, NULL, STDIN_FILENO, NULL);

	while (!loop.quit && thread_fetch(loop_master, &thread)) {
		thread_call(&thread);
		/* libfrr would try again in ten seconds; a bench wants to know at once */
		if (!loop.connected && loop_zclient->fail) {
			fprintf(stderr, "zapi_loop: no zebra at %s\n", socket_path);
			return 1;
		}
	}
	return 0;
}
