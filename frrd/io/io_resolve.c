// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names to addresses by libevent's evdns; see io_resolve.h.
 *
 * A name is asked for once, however many probes want it. An answer is used without
 * asking for FRESH_US; after that a run that needs it still gets it at once, and
 * it is asked for anew behind its back; after STALE_US it is forgotten. So a slow name
 * server does not make runs bad, and a dead one only after a while.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <sys/queue.h>
#include <sys/stat.h>

#include <event2/dns.h>
#include <event2/util.h>

#include "frrd/io/io.h"
#include "frrd/io/io_resolve.h"

#define RESOLV_CONF "/etc/resolv.conf"
#define HOSTS	    "/etc/hosts"

#define FRESH_US  (5 * INT64_C(1000000))
#define STALE_US  (60 * INT64_C(1000000))
#define FAILED_US (1 * INT64_C(1000000)) /* a failure is not asked about again for so long */
#define REREAD_S  10			 /* files are looked at so often */

struct io_query {
	TAILQ_ENTRY(io_query) item;
	struct io_host *host;
	void (*done)(void *arg, const union io_addr *in, const union io_addr *in6,
		     const char *error);
	void *arg;
};

struct io_host {
	LIST_ENTRY(io_host) item;
	unsigned int users;
	TAILQ_HEAD(, io_query) waiting;
	struct evdns_getaddrinfo_request *request;
	/* Separate: the request's end may come after the host's. */
	struct pending *pending;
	int64_t got_us; /* the answer; 0: there is none */
	bool has_in, has_in6;
	union io_addr in, in6;
	int64_t failed_us; /* the last failure; 0: none since the last answer */
	const char *error;
	char name[FRRD_IPC_HOST];
};

/* What a request points to; `host` is NULL when nobody wants the answer any more. */
struct pending {
	struct io_host *host;
};

static LIST_HEAD(, io_host) hosts = LIST_HEAD_INITIALIZER(hosts);
static struct evdns_base *dns;
static int servers;
static struct event *reread_event;
static struct stat seen_resolv, seen_hosts;

/* --- the files ------------------------------------------------------------------------ */

static bool differs(const struct stat *a, const struct stat *b)
{
	return a->st_ino != b->st_ino || a->st_dev != b->st_dev || a->st_size != b->st_size ||
	       a->st_mtim.tv_sec != b->st_mtim.tv_sec || a->st_mtim.tv_nsec != b->st_mtim.tv_nsec;
}

/* Whether a file is another one than last time. */
static bool file_changed(const char *path, struct stat *seen)
{
	struct stat now;

	if (stat(path, &now))
		memset(&now, 0, sizeof(now));
	if (!differs(&now, seen))
		return false;
	*seen = now;
	return true;
}

/* Missing files and lines are no error: then there are only literals. */
static void read_files(void)
{
	evdns_base_resolv_conf_parse(dns, DNS_OPTIONS_ALL | DNS_OPTION_NAMESERVERS_NO_DEFAULT,
				     RESOLV_CONF);
	/* When one family has answered, the other is not waited for much longer. */
	evdns_base_set_option(dns, "getaddrinfo-allow-skew", "0.05");
	servers = evdns_base_count_nameservers(dns);
}

static void reread(evutil_socket_t fd, short what, void *arg)
{
	const bool resolv = file_changed(RESOLV_CONF, &seen_resolv);
	const bool names = file_changed(HOSTS, &seen_hosts);

	if (!resolv && !names)
		return;
	/* Requests that are under way go to the new servers. */
	evdns_base_clear_nameservers_and_suspend(dns);
	evdns_base_search_clear(dns);
	evdns_base_clear_host_addresses(dns);
	read_files();
	evdns_base_resume(dns);
}

bool io_resolve_init(void)
{
	const struct timeval every = { .tv_sec = REREAD_S };

	file_changed(RESOLV_CONF, &seen_resolv);
	file_changed(HOSTS, &seen_hosts);
	reread_event = event_new(io_base, -1, EV_PERSIST, reread, NULL);
	dns = evdns_base_new(io_base, 0);
	if (!reread_event || event_add(reread_event, &every) || !dns)
		return false;
	read_files();
	return true;
}

void io_resolve_finish(void)
{
	if (reread_event)
		event_free(reread_event);
	if (dns)
		evdns_base_free(dns, 0);
}

/* --- literals ------------------------------------------------------------------------- */

bool io_resolve_literal(const char *host, union io_addr *ret_addr)
{
	char address[FRRD_IPC_HOST];
	char *zone;

	memset(ret_addr, 0, sizeof(*ret_addr));
	if (inet_pton(AF_INET, host, &ret_addr->in.sin_addr) == 1) {
		ret_addr->in.sin_family = AF_INET;
		return true;
	}
	memcpy(address, host, sizeof(address));
	zone = strchr(address, '%');
	if (zone)
		*zone++ = '\0';
	if (inet_pton(AF_INET6, address, &ret_addr->in6.sin6_addr) != 1)
		return false;
	ret_addr->in6.sin6_family = AF_INET6;
	if (zone)
		ret_addr->in6.sin6_scope_id = if_nametoindex(zone);
	return true;
}

/* --- names ---------------------------------------------------------------------------- */

struct io_host *io_host_get(const char *name)
{
	struct io_host *host;

	LIST_FOREACH (host, &hosts, item) {
		if (!strcasecmp(host->name, name)) {
			host->users++;
			return host;
		}
	}
	host = calloc(1, sizeof(*host));
	if (!host)
		return NULL;
	host->users = 1;
	strncpy(host->name, name, sizeof(host->name) - 1);
	TAILQ_INIT(&host->waiting);
	LIST_INSERT_HEAD(&hosts, host, item);
	return host;
}

const char *io_host_name(const struct io_host *host)
{
	return host->name;
}

void io_host_put(struct io_host *host)
{
	if (!host || --host->users)
		return;
	LIST_REMOVE(host, item);
	if (host->pending)
		host->pending->host = NULL;
	if (host->request)
		evdns_getaddrinfo_cancel(host->request);
	free(host);
}

static void take_answer(struct io_host *host, const struct evutil_addrinfo *list)
{
	host->has_in = host->has_in6 = false;
	for (; list; list = list->ai_next) {
		if (list->ai_family == AF_INET && !host->has_in &&
		    list->ai_addrlen <= sizeof(host->in)) {
			memcpy(&host->in, list->ai_addr, list->ai_addrlen);
			host->has_in = true;
		} else if (list->ai_family == AF_INET6 && !host->has_in6 &&
			   list->ai_addrlen <= sizeof(host->in6)) {
			memcpy(&host->in6, list->ai_addr, list->ai_addrlen);
			host->has_in6 = true;
		}
	}
}

/* Everybody who waits is told. Who is told may begin and end other queries. */
static void tell(struct io_host *host)
{
	const bool known = host->got_us;
	struct io_query *query;

	host->users++;
	while ((query = TAILQ_FIRST(&host->waiting))) {
		TAILQ_REMOVE(&host->waiting, query, item);
		query->done(query->arg, known && host->has_in ? &host->in : NULL,
			    known && host->has_in6 ? &host->in6 : NULL,
			    known ? NULL : host->error);
		free(query);
	}
	io_host_put(host);
}

/* evdns has one number for "there is no such name" and for "it has no address". */
static const char *reason(int result)
{
	if (!servers)
		return "there is no name server in " RESOLV_CONF;
	switch (result) {
	case 0:
	case EVUTIL_EAI_NODATA:
	case EVUTIL_EAI_NONAME:
		return "no such name, or it has no address";
	case EVUTIL_EAI_AGAIN:
		return "the name servers did not answer";
	case EVUTIL_EAI_FAIL:
		return "the name servers refused to answer, or failed";
	default:
		return evutil_gai_strerror(result);
	}
}

static void answered(int result, struct evutil_addrinfo *list, void *arg)
{
	struct pending *pending = arg;
	struct io_host *host = pending->host;

	free(pending);
	if (host) {
		host->pending = NULL;
		host->request = NULL;
		if (!result)
			take_answer(host, list);
		if (!result && (host->has_in || host->has_in6)) {
			host->got_us = io_now_us();
			host->failed_us = 0;
		} else {
			host->failed_us = io_now_us();
			host->error = reason(result);
		}
	}
	if (list)
		evutil_freeaddrinfo(list);
	if (host)
		tell(host);
}

/* Begin to ask; the end is in answered(), perhaps before this returns. */
static void ask(struct io_host *host)
{
	static const struct evutil_addrinfo hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_protocol = IPPROTO_TCP,
	};
	struct evdns_getaddrinfo_request *request;
	struct pending *pending = malloc(sizeof(*pending));

	if (!pending) {
		host->failed_us = io_now_us();
		host->error = "not enough memory";
		tell(host);
		return;
	}
	pending->host = host;
	host->pending = pending;
	/* NULL: /etc/hosts had it, and answered() has been called. */
	request = evdns_getaddrinfo(dns, host->name, NULL, &hints, answered, pending);
	if (!request)
		return;
	host->request = request;
	/* Nobody would ever answer. */
	if (!servers)
		evdns_getaddrinfo_cancel(request);
}

struct io_query *io_resolve(struct io_host *host,
			    void (*done)(void *arg, const union io_addr *in,
					 const union io_addr *in6, const char *error),
			    void *arg)
{
	const int64_t now = io_now_us();
	struct io_query *query;

	if (host->got_us && now - host->got_us > STALE_US)
		host->got_us = 0;
	if (host->got_us) {
		host->users++;
		done(arg, host->has_in ? &host->in : NULL, host->has_in6 ? &host->in6 : NULL, NULL);
		if (now - host->got_us > FRESH_US && !host->pending &&
		    (!host->failed_us || now - host->failed_us > FAILED_US))
			ask(host);
		io_host_put(host);
		return NULL;
	}
	if (!host->pending && host->failed_us && now - host->failed_us < FAILED_US) {
		done(arg, NULL, NULL, host->error);
		return NULL;
	}
	query = calloc(1, sizeof(*query));
	if (!query) {
		done(arg, NULL, NULL, "not enough memory");
		return NULL;
	}
	query->host = host;
	query->done = done;
	query->arg = arg;
	TAILQ_INSERT_TAIL(&host->waiting, query, item);
	if (host->pending)
		return query;
	host->users++;
	ask(host);
	/* Told at once: it is freed. */
	if (!host->pending)
		query = NULL;
	io_host_put(host);
	return query;
}

void io_query_cancel(struct io_query *query)
{
	TAILQ_REMOVE(&query->host->waiting, query, item);
	free(query);
}

/* --- which address -------------------------------------------------------------------- */

/* Whether the kernel has a route to it from where the probe sends. Sends nothing. */
static bool has_route(const struct frrd_ipc_probe *spec, const union io_addr *addr)
{
	const char *device = spec->source_interface[0] ? spec->source_interface : spec->vrf;
	union io_addr target = *addr;
	bool routed;
	int fd;

	target.in6.sin6_port = htons(9);
	fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	if (device[0])
		setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, strlen(device) + 1);
	routed = !connect(fd, &target.sa, sizeof(target.in6));
	close(fd);
	return routed;
}

const union io_addr *io_choose_address(const struct frrd_ipc_probe *spec, const union io_addr *in,
				       const union io_addr *in6)
{
	if (spec->source_address[0])
		return strchr(spec->source_address, ':') ? in6 : in;
	if (in && in6)
		return has_route(spec, in6) ? in6 : in;
	return in ? in : in6;
}
