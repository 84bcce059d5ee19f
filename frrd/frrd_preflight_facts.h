/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the other daemons of this router say about themselves: the material of
 * preflight and of bgp-config.  Facts only, no opinions.
 */
#ifndef FRRD_PREFLIGHT_FACTS_H
#define FRRD_PREFLIGHT_FACTS_H

#include <json-c/json.h>

#include "prefix.h"

#include "frrd/core/types.h"

/* Both address families, in this order, wherever there is one thing for each. */
enum frrd_pf_family {
	FRRD_PF_IPV4,
	FRRD_PF_IPV6,
	FRRD_PF_FAMILIES,
};

static inline enum frrd_pf_family frrd_pf_family(int family)
{
	return family == AF_INET ? FRRD_PF_IPV4 : FRRD_PF_IPV6;
}

/* Routes of this router itself, by the command that shows them. */
enum frrd_pf_local {
	FRRD_PF_CONNECTED,
	FRRD_PF_STATIC,
	FRRD_PF_KERNEL,
	FRRD_PF_LOCALS,
};

/* Prefixes that bgpd is asked for one by one. */
#define FRRD_PF_ASKED_PREFIXES 16

struct frrd_pf_asked {
	struct prefix prefix;
	struct json_object *table; /* bgpd's entry, {} when it has none; NULL: not known */
};

struct frrd_pf_redistribute {
	bool present;
	char rmap[128]; /* empty: none */
};

struct frrd_pf_facts {
	/* empty: it has answered everything */
	char bgpd_error[160];
	char bfdd_error[160];
	char zebra_error[160];

	/* bgpd; NULL or empty when not known */
	char *bgpd_config;
	struct json_object *neighbors;
	struct json_object *route_maps;
	struct json_object *prefix_lists[FRRD_PF_FAMILIES];
	struct frrd_pf_asked beacons[FRRD_SITE_MAX + 1]; /* by site id; family 0: none */
	struct frrd_pf_asked owned[FRRD_PF_ASKED_PREFIXES];
	size_t owned_count;
	char as[16]; /* of `router bgp` in the default VRF; empty: there is none */
	char block[32]; /* that line */
	struct frrd_pf_redistribute redistribute[FRRD_PF_FAMILIES];

	struct json_object *bfd_peers;

	char *zebra_config;
	char *zebra_status; /* show zebra */
	struct json_object *local_routes[FRRD_PF_LOCALS][FRRD_PF_FAMILIES];
};

/*
 * Ask bgpd, bfdd and zebra, for 2 s at most.  `done` is called once from the event
 * loop and owns the facts, to be freed with frrd_preflight_facts_free().
 */
extern void frrd_pf_gather(void (*done)(struct frrd_pf_facts *facts, void *arg), void *arg);
extern void frrd_preflight_facts_free(struct frrd_pf_facts *facts);

/*
 * Call `line` for every line of bgpd's `router bgp` in the default VRF: the text
 * without indentation, and the address family that it stands in (AF_UNSPEC: in
 * none; -1: in another one than IPv4 and IPv6 unicast).
 */
extern void frrd_bgp_lines(const char *config,
			   void (*line)(const char *text, int family, void *arg), void *arg);

/*
 * Is there exactly this line, without its indentation, in the block that begins with
 * the line `block` (NULL: outside of all blocks)?
 */
extern bool frrd_config_has(const char *config, const char *block, const char *line);

/* The rest of the first line of the block that begins like this; false: there is none. */
extern bool frrd_config_rest(const char *config, const char *block, const char *begin,
			     char *ret_rest, size_t size);

/* --- JSON: what is missing is NULL, 0 or false --- */

extern const char *frrd_js(struct json_object *obj, const char *key);
extern int64_t frrd_ji(struct json_object *obj, const char *key);
extern bool frrd_jb(struct json_object *obj, const char *key);
extern struct json_object *frrd_jo(struct json_object *obj, const char *key);

#endif
