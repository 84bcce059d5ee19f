// SPDX-License-Identifier: GPL-2.0-or-later
/* TLS contexts and what is wrong with a certificate; see io_tls.h. */

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/stat.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "frrd/io/io_tls.h"

#define FILES 3 /* CA, certificate, key */

/* How a file was when it was read. Zero where there is none. */
struct seen {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec changed;
};

struct io_tls {
	LIST_ENTRY(io_tls) entry;
	unsigned int users;
	bool verify;
	char file[FILES][FRRD_IPC_LINE];
	struct seen seen[FILES];
	SSL_CTX *ctx; /* NULL: `reason` says why */
	char reason[FRRD_IPC_TEXT];
};

static LIST_HEAD(, io_tls) contexts = LIST_HEAD_INITIALIZER(contexts);

enum { CA, CERT, KEY };

/* What OpenSSL complained about last, for people; it empties its queue. */
static const char *complaint(void)
{
	unsigned long error = ERR_peek_last_error();
	const char *text = error ? ERR_reason_error_string(error) : NULL;

	if (error && ERR_SYSTEM_ERROR(error))
		text = strerror(ERR_GET_REASON(error));
	ERR_clear_error();
	return text ? text : "unknown error";
}

static bool refuse(struct io_tls *tls, const char *what, const char *file)
{
	snprintf(tls->reason, sizeof(tls->reason), "%s %.120s: %.80s", what, file, complaint());
	return false;
}

/* A key with a passphrase is an error: nobody is there to be asked. */
static int no_passphrase(char *buffer, int size, int writing, void *arg)
{
	return -1;
}

static bool load(struct io_tls *tls, SSL_CTX *ctx)
{
	const char *key = *tls->file[KEY] ? tls->file[KEY] : tls->file[CERT];

	SSL_CTX_set_default_passwd_cb(ctx, no_passphrase);
	if (!SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION))
		return refuse(tls, "TLS", "1.2");
	if (tls->verify && *tls->file[CA]) {
		if (!SSL_CTX_load_verify_file(ctx, tls->file[CA]))
			return refuse(tls, "cannot read the CA file", tls->file[CA]);
		/* Who is named in the file is trusted, be it no root. */
		X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(ctx), X509_V_FLAG_PARTIAL_CHAIN);
	} else if (tls->verify && !SSL_CTX_set_default_verify_paths(ctx)) {
		return refuse(tls, "cannot use", "the system's CA certificates");
	}
	SSL_CTX_set_verify(ctx, tls->verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
	if (*tls->file[CERT]) {
		if (SSL_CTX_use_certificate_chain_file(ctx, tls->file[CERT]) != 1)
			return refuse(tls, "cannot read the certificate", tls->file[CERT]);
		if (SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1 ||
		    SSL_CTX_check_private_key(ctx) != 1)
			return refuse(tls, "cannot use the key", key);
	}
	/* A run is one connection: nothing is kept for the next. */
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
				      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	return true;
}

static void look(const struct io_tls *tls, struct seen seen[FILES])
{
	memset(seen, 0, FILES * sizeof(*seen));
	for (int i = 0; i < FILES; i++) {
		struct stat st;

		if (!*tls->file[i] || stat(tls->file[i], &st) < 0)
			continue;
		seen[i].dev = st.st_dev;
		seen[i].ino = st.st_ino;
		seen[i].size = st.st_size;
		seen[i].changed = st.st_ctim;
	}
}

/* Reads the files, unless they are as they were. */
static void refresh(struct io_tls *tls)
{
	struct seen now[FILES];
	SSL_CTX *ctx;

	look(tls, now);
	if ((tls->ctx || *tls->reason) && memcmp(now, tls->seen, sizeof(now)) == 0)
		return;
	memcpy(tls->seen, now, sizeof(now));
	tls->reason[0] = '\0';
	ctx = SSL_CTX_new(TLS_client_method());
	if (!ctx) {
		refuse(tls, "cannot use", "TLS");
	} else if (!load(tls, ctx)) {
		SSL_CTX_free(ctx);
		ctx = NULL;
	}
	/* Connections that still use the old one have a reference of their own. */
	SSL_CTX_free(tls->ctx);
	tls->ctx = ctx;
}

struct io_tls *io_tls_get(const struct frrd_ipc_probe *spec)
{
	struct io_tls *tls;

	LIST_FOREACH (tls, &contexts, entry) {
		if (tls->verify == spec->tls_verify && strcmp(tls->file[CA], spec->tls_ca) == 0 &&
		    strcmp(tls->file[CERT], spec->tls_cert) == 0 &&
		    strcmp(tls->file[KEY], spec->tls_key) == 0) {
			tls->users++;
			return tls;
		}
	}
	tls = calloc(1, sizeof(*tls));
	if (!tls)
		return NULL;
	tls->users = 1;
	tls->verify = spec->tls_verify;
	memcpy(tls->file[CA], spec->tls_ca, FRRD_IPC_LINE);
	memcpy(tls->file[CERT], spec->tls_cert, FRRD_IPC_LINE);
	memcpy(tls->file[KEY], spec->tls_key, FRRD_IPC_LINE);
	LIST_INSERT_HEAD(&contexts, tls, entry);
	return tls;
}

void io_tls_release(struct io_tls *tls)
{
	if (!tls || --tls->users)
		return;
	LIST_REMOVE(tls, entry);
	SSL_CTX_free(tls->ctx);
	free(tls);
}

/* The name is OpenSSL's to check; an address goes into no SNI (RFC 6066, 3). */
static bool set_name(SSL *ssl, const char *name)
{
	struct in6_addr addr;

	SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if (inet_pton(AF_INET, name, &addr) == 1 || inet_pton(AF_INET6, name, &addr) == 1)
		return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name);
	return SSL_set1_host(ssl, name) && SSL_set_tlsext_host_name(ssl, name);
}

SSL *io_tls_connection(struct io_tls *tls, int fd, const char *name, char *reason)
{
	SSL *ssl;

	refresh(tls);
	if (!tls->ctx) {
		snprintf(reason, FRRD_IPC_TEXT, "%s", tls->reason);
		return NULL;
	}
	ssl = SSL_new(tls->ctx);
	if (ssl && SSL_set_fd(ssl, fd) && set_name(ssl, name)) {
		SSL_set_connect_state(ssl);
		return ssl;
	}
	snprintf(reason, FRRD_IPC_TEXT, "TLS: %s", complaint());
	SSL_free(ssl);
	return NULL;
}

/* The names that a certificate is for, as many as there is room for. */
static void certificate_names(X509 *cert, char *buffer, size_t size)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	size_t used = 0;

	buffer[0] = '\0';
	for (int i = 0; i < sk_GENERAL_NAME_num(names) && used < size; i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
		char text[INET6_ADDRSTRLEN] = "";

		if (name->type == GEN_DNS)
			used += snprintf(buffer + used, size - used, "%s\"%.*s\"", used ? ", " : "",
					 ASN1_STRING_length(name->d.dNSName),
					 (const char *)ASN1_STRING_get0_data(name->d.dNSName));
		if (name->type != GEN_IPADD)
			continue;
		if (ASN1_STRING_length(name->d.iPAddress) == 4)
			inet_ntop(AF_INET, ASN1_STRING_get0_data(name->d.iPAddress), text, sizeof(text));
		else if (ASN1_STRING_length(name->d.iPAddress) == 16)
			inet_ntop(AF_INET6, ASN1_STRING_get0_data(name->d.iPAddress), text, sizeof(text));
		if (*text)
			used += snprintf(buffer + used, size - used, "%s\"%s\"", used ? ", " : "", text);
	}
	GENERAL_NAMES_free(names);
	/* Without these the common name counts (RFC 6125, 6.4.4). */
	if (!*buffer &&
	    X509_NAME_get_text_by_NID(X509_get_subject_name(cert), NID_commonName, buffer, size) <= 0)
		snprintf(buffer, size, "no name");
}

/* "2026-01-31 12:00:00 UTC" */
static void certificate_time(const ASN1_TIME *when, char *buffer, size_t size)
{
	struct tm tm;

	if (!ASN1_TIME_to_tm(when, &tm) || !strftime(buffer, size, "%Y-%m-%d %H:%M:%S UTC", &tm))
		snprintf(buffer, size, "an unknown time");
}

static void certificate_reason(SSL *ssl, long result, char *reason)
{
	/* There is no session, and so no peer; but what was verified is known. */
	STACK_OF(X509) *chain = SSL_get0_verified_chain(ssl);
	X509 *cert = sk_X509_num(chain) > 0 ? sk_X509_value(chain, 0) : NULL;
	char text[160];

	if (cert && result == X509_V_ERR_CERT_HAS_EXPIRED &&
	    X509_cmp_current_time(X509_get0_notAfter(cert)) < 0) {
		certificate_time(X509_get0_notAfter(cert), text, sizeof(text));
		snprintf(reason, FRRD_IPC_TEXT, "certificate expired: %s", text);
	} else if (result == X509_V_ERR_CERT_HAS_EXPIRED) {
		snprintf(reason, FRRD_IPC_TEXT, "certificate expired: that of an issuer");
	} else if (cert && result == X509_V_ERR_CERT_NOT_YET_VALID &&
		   X509_cmp_current_time(X509_get0_notBefore(cert)) > 0) {
		certificate_time(X509_get0_notBefore(cert), text, sizeof(text));
		snprintf(reason, FRRD_IPC_TEXT, "certificate not yet valid: it begins %s", text);
	} else if (cert && (result == X509_V_ERR_HOSTNAME_MISMATCH || result == X509_V_ERR_IP_ADDRESS_MISMATCH)) {
		certificate_names(cert, text, sizeof(text));
		snprintf(reason, FRRD_IPC_TEXT, "certificate for another name: it is for %s", text);
	} else if (result == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT) {
		snprintf(reason, FRRD_IPC_TEXT, "certificate is self-signed and not trusted");
	} else if (result == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN) {
		snprintf(reason, FRRD_IPC_TEXT, "certificate is of a CA that is not trusted");
	} else if (result == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
		   result == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE) {
		snprintf(reason, FRRD_IPC_TEXT, "certificate is of an unknown CA, or an intermediate one is missing");
	} else {
		snprintf(reason, FRRD_IPC_TEXT, "certificate: %s", X509_verify_cert_error_string(result));
	}
}

void io_tls_reason(SSL *ssl, int code, int saved_errno, char *reason)
{
	long result = SSL_get_verify_result(ssl);
	unsigned long error = ERR_peek_last_error();

	if (code == SSL_ERROR_SYSCALL && saved_errno)
		snprintf(reason, FRRD_IPC_TEXT, "TLS: %s", strerror(saved_errno));
	else if (code == SSL_ERROR_SYSCALL || ERR_GET_REASON(error) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
		snprintf(reason, FRRD_IPC_TEXT, "TLS: the connection was closed");
	else if (ERR_GET_REASON(error) == SSL_R_CERTIFICATE_VERIFY_FAILED)
		certificate_reason(ssl, result, reason);
	else
		snprintf(reason, FRRD_IPC_TEXT, "TLS: %s", complaint());
	ERR_clear_error();
}
