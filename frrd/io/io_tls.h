/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TLS for probes: who is trusted, the own certificate, and in words what is wrong with
 * a server's. OpenSSL does all checking; nothing is checked here.
 *
 * A context is made once for each configuration and shared by all probes that have the
 * same one. When one of its files has changed, it is made again: certificates are
 * renewed while frrd-io runs.
 */
#ifndef FRRD_IO_TLS_H
#define FRRD_IO_TLS_H

#include <openssl/ssl.h>

#include "frrd_ipc.h"

struct io_tls;

/*
 * The context for tls_verify, tls_ca, tls_cert and tls_key of `spec`; NULL: no memory.
 * A file that cannot be read is no error here but one of each run: it may come later.
 */
struct io_tls *io_tls_get(const struct frrd_ipc_probe *spec);
void io_tls_release(struct io_tls *tls); /* NULL is allowed */

/*
 * A connection on `fd`, which stays the caller's, ready for SSL_connect(). `name` is
 * what the certificate has to be for and, unless it is an address, what SNI says.
 * NULL: `reason` (FRRD_IPC_TEXT bytes) says why.
 */
SSL *io_tls_connection(struct io_tls *tls, int fd, const char *name, char *reason);

/*
 * Why SSL_connect(), SSL_read() or SSL_write() failed for good; `code` is of
 * SSL_get_error(), `saved_errno` of right after the call. Into `reason` (FRRD_IPC_TEXT
 * bytes). Names in it are the server's own words: io_done() makes them printable.
 */
void io_tls_reason(SSL *ssl, int code, int saved_errno, char *reason);

#endif
