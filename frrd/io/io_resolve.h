/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a host to addresses, without ever waiting: literals at once, names through
 * /etc/hosts and the name servers of /etc/resolv.conf, remembered for a while.
 */
#ifndef FRRD_IO_RESOLVE_H
#define FRRD_IO_RESOLVE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "frrd_ipc.h"

union io_addr {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

struct io_host;  /* a name that some probe needs */
struct io_query; /* a probe waits for its addresses */

/*
 * Reads /etc/resolv.conf and /etc/hosts, and follows their changes. False when
 * memory is short.
 */
bool io_resolve_init(void);
void io_resolve_finish(void);

/* A literal address, with a zone (fe80::1%eth0) or without. The port is 0. */
bool io_resolve_literal(const char *host, union io_addr *ret_addr);

/* Everybody who needs the name holds it; the last one who puts it forgets its answers. */
struct io_host *io_host_get(const char *name);
void io_host_put(struct io_host *host); /* NULL is allowed */
const char *io_host_name(const struct io_host *host);

/*
 * The addresses of a name. `done` is called exactly once, perhaps before this returns
 * (NULL then): with the first address of either family (NULL: there is none), or with
 * `error`, why there is neither. After io_query_cancel() it is not called.
 */
struct io_query *io_resolve(struct io_host *host,
			    void (*done)(void *arg, const union io_addr *in,
					 const union io_addr *in6, const char *error),
			    void *arg);
void io_query_cancel(struct io_query *query);

/*
 * Of the addresses of a name the one that a probe of this configuration is for: of the
 * family of its source address, otherwise IPv6 where there is a route to it. NULL: it
 * has none of that family. Either may be NULL.
 */
const union io_addr *io_choose_address(const struct frrd_ipc_probe *spec, const union io_addr *in,
				       const union io_addr *in6);

#endif
