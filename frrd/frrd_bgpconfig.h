/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines that bgpd needs for frrd's configuration, in an order that can be
 * pasted into vtysh: what is referred to comes before what refers to it.
 */
#ifndef FRRD_BGPCONFIG_H
#define FRRD_BGPCONFIG_H

#include "frrd/frrd_preflight_facts.h"

struct frrd_vtyreply;

/* Names that frrd proposes for what does not exist yet. */
#define FRRD_BGP_RMAP "FRRD"	      /* redistribution: by tag */
#define FRRD_BGP_PEER_RMAP "FRRD-PEER" /* policy of neighbors that have none */
#define FRRD_BGP_PLIST "FRRD-PREFIXES"
#define FRRD_BFD_PROFILE "frrd"

extern void frrd_bgpconfig_print(struct frrd_vtyreply *reply, const struct frrd_pf_facts *facts);

/* The same lines as an array, comments apart. */
extern struct json_object *frrd_bgpconfig_json(const struct frrd_pf_facts *facts);

#endif
