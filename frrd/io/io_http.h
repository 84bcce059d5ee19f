/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the HTTP client asks: URL, request, and which status codes are good. Text in,
 * data out: no socket, no allocation, so that it can be tested and fuzzed alone.
 */
#ifndef FRRD_IO_HTTP_H
#define FRRD_IO_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frrd_ipc.h"

/* Room for every request that io_http_request() can make. */
#define IO_HTTP_REQUEST (FRRD_IPC_LINE + FRRD_IPC_HOST + 256)

struct io_http_url {
	bool tls;
	bool literal; /* the host is an address, not a name */
	char host[FRRD_IPC_HOST]; /* an IPv6 address without its brackets */
	uint16_t port;
	char path[FRRD_IPC_LINE]; /* with the query, without the fragment; begins with "/" */
};

/* Codes 100 to 599, one bit each. */
struct io_http_status {
	uint8_t bits[75];
};

/* NULL, or what is wrong with the URL (static). User names in a URL are not taken. */
const char *io_http_url_parse(const char *text, struct io_http_url *ret_url);

/* "200-299,304"; "" is 200-299. NULL, or what is wrong with it (static). */
const char *io_http_status_parse(const char *text, struct io_http_status *ret_status);
bool io_http_status_has(const struct io_http_status *status, unsigned int code);

/*
 * The request, in `buffer` of IO_HTTP_REQUEST bytes; returns its length. `host` is
 * what the Host field says, "": host and port of the URL.
 */
size_t io_http_request(char *buffer, const struct io_http_url *url, bool head, const char *host);

/* May this stand in a Host field? Letters, digits and a few signs: no blanks, no controls. */
bool io_http_host_valid(const char *host);

#endif
