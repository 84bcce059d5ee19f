/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Address change: what has to follow when the services of a group have other addresses
 * at this site (frrd_map.h): DNS records, and people or programs that are told.
 *
 * While this site owns the group and its routes stand, dns-update runs until it has
 * ended well, and now and then again; notify runs once a takeover for each target.
 * Both are programs that are installed with frrd, run by frrd-io as hooks are.  What
 * runs is ended, and what waits is dropped, in the moment in which this site is not the
 * undisputed owner any more: no update of an old owner may follow one of the new owner.
 * A site that is the undisputed owner again, of the same takeover, tells those who were
 * not told yet.
 * No move waits for any of it.
 */
#ifndef FRRD_ADDRESS_H
#define FRRD_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frrd_address;
struct frrd_address_job;
struct frrd_grp;
struct json_object;
struct vty;

/*
 * What dns-update may be told about records and prefixes together, in characters: the
 * message to frrd-io has room for 65536, and the usual variables, with 16384 of them for
 * FRRD_PREFIXES, need the rest.  The checks of the configuration keep to it.
 */
#define FRRD_ADDRESS_ROOM 40960

/* Of each pair of prefixes, at most: both as text, and a blank after each. */
#define FRRD_ADDRESS_PAIR_IPV4 (2 * 19)
#define FRRD_ADDRESS_PAIR_IPV6 (2 * 44)

/* What the configuration says. Strings are "" where there is nothing, and never NULL. */
struct frrd_address_conf {
	const char *server, *zone, *key_file;
	uint16_t port;
	const char *records; /* "NAME/TYPE/TTL", separated by blanks */
	size_t record_count;
	const char *const *targets; /* URLs of notify */
	size_t target_count;
};

/* What of a group's address change is under way, or was. */
enum frrd_address_state {
	FRRD_ADDRESS_IDLE,    /* not the owner, or nothing to do */
	FRRD_ADDRESS_PENDING, /* the first run has not ended */
	FRRD_ADDRESS_DONE,
	FRRD_ADDRESS_FAILING, /* it is tried again */
	FRRD_ADDRESS_FAILED,  /* it is not: notify only */
};

struct frrd_address_status {
	enum frrd_address_state state;
	char target[256];    /* of notify, without what may be secret; "" for the DNS */
	int64_t done_ms;     /* monotonic time of the last good end; 0: none yet */
	int64_t failing_ms;  /* monotonic time of the first failure in a row; 0: none */
	int64_t next_ms;     /* monotonic time of the next run; 0: none is planned */
	uint32_t failures;   /* in a row */
	const char *problem; /* of the last failure; "" */
};

/* Store it (copied); what it changes for an owner follows with frrd_address_apply(). */
extern void frrd_address_configure(struct frrd_grp *grp, const struct frrd_address_conf *conf);

/* The configuration of the group, or what its members map, may have changed. */
extern void frrd_address_apply(struct frrd_grp *grp);

/* The state machine, or the sequence of a move, has made a step: begin, or end. */
extern void frrd_address_follow(struct frrd_grp *grp);

/* The group, or its configuration, is gone: end what runs, forget everything. */
extern void frrd_address_drop(struct frrd_grp *grp);

/* --- for shows, operational state and preflight --- */

/* Are records configured, targets? Is anything mapped for this site? */
extern bool frrd_address_has_dns(const struct frrd_grp *grp);
extern size_t frrd_address_targets(const struct frrd_grp *grp);
extern const char *frrd_address_key_file(const struct frrd_grp *grp);

/* Only where there are records. */
extern void frrd_address_dns(const struct frrd_grp *grp, struct frrd_address_status *ret_status);

/* number: 0 to frrd_address_targets() - 1. */
extern void frrd_address_target(const struct frrd_grp *grp, size_t number,
				struct frrd_address_status *ret_status);

/* "idle", "pending", "updated" or "told", "failing", "failed"; a static string. */
extern const char *frrd_address_state_name(const struct frrd_address_status *status);

/* The absolute path of a program, "dns-update" or "notify". */
extern void frrd_address_program(const char *name, char *buf, size_t size);

/* --- frrd_address_show.c --- */

/* Lines of `show subnet-mover group NAME`; nothing when nothing is configured. */
extern void frrd_address_show(struct vty *vty, const struct frrd_grp *grp);

/* The same as JSON, the caller's; NULL when nothing is configured. */
extern struct json_object *frrd_address_json(const struct frrd_grp *grp);

#endif
