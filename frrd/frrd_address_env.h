/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What dns-update and notify are told, and what is understood of their end. */
#ifndef FRRD_ADDRESS_ENV_H
#define FRRD_ADDRESS_ENV_H

#include "frrd_ipc.h"

#include "frrd/frrd_address.h"

struct frrd_address_env;

/*
 * The environment of a program of a group that this site owns; the caller's, until it
 * frees it.  target: whom notify is to tell; NULL for dns-update.
 */
extern struct frrd_address_env *frrd_address_env_make(struct frrd_grp *grp,
						      const struct frrd_address_conf *conf,
						      const char *target);
extern void frrd_address_env_free(struct frrd_address_env *env);

/* "NAME=value", as many as the count says. */
extern const char *const *frrd_address_env_list(const struct frrd_address_env *env);
extern size_t frrd_address_env_count(const struct frrd_address_env *env);

/*
 * Everything on which the records depend, as one string of the caller's (MTYPE_TMP);
 * NULL when there is nothing to do: no records, or no address changes.
 */
extern char *frrd_address_spec(struct frrd_grp *grp, const struct frrd_address_conf *conf);

/* How a program ended, and what it said. */
struct frrd_address_outcome {
	bool well;
	bool changed;	   /* dns-update has changed records */
	char problem[256]; /* of a failure, one line; "" */
	char output[4096]; /* printable */
};

/* program: "dns-update", "notify", as they begin their complaints. */
extern void frrd_address_understand(const struct frrd_ipc_done *result, const char *program,
				    struct frrd_address_outcome *ret_outcome);

/* A URL without what may be secret: scheme and host, or the address of a mailbox. */
extern void frrd_address_public(const char *url, char *buf, size_t size);

#endif
