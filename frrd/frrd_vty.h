/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Show and operational commands. */
#ifndef FRRD_VTY_H
#define FRRD_VTY_H

#include <sys/time.h>

#include "json.h"

struct frrd_grp;

extern void frrd_vty_init(void);

/* --- frrd_vty_json.c: the same facts as JSON; the caller frees the objects --- */

extern struct json_object *frrd_json_summary(void);
extern struct json_object *frrd_json_group(struct frrd_grp *grp);
extern struct json_object *frrd_json_why(struct frrd_grp *grp);
extern struct json_object *frrd_json_history(struct frrd_grp *grp);
extern struct json_object *frrd_json_routes(struct frrd_grp *grp); /* NULL: all */
extern struct json_object *frrd_json_sites(void);
extern struct json_object *frrd_json_bgp_config(void);

/* RFC 3339 with milliseconds in UTC, e.g. 2026-01-31T12:34:56.789Z. buf >= 32 bytes. */
extern const char *frrd_time_str(const struct timeval *when, char *buf, size_t size);

/* Wall-clock time at which the group entered its state. */
extern void frrd_state_since(const struct frrd_grp *grp, struct timeval *ret_when);

/* Milliseconds that the group has been in its state. */
extern int64_t frrd_state_ms(const struct frrd_grp *grp);

/* "prefix" or "prefix-list". */
extern const char *frrd_route_source(uint8_t sources);

/* Does any group have prefixes of this family (AF_INET, AF_INET6)? */
extern bool frrd_family_used(int family);

/* The line that bgpd needs in an address family (AF_INET, AF_INET6). Returns buf. */
extern const char *frrd_redistribute_line(int family, char *buf, size_t size);

#endif
