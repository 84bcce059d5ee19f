/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A candidate configuration as plain facts; private to frrd_nb_check.c (the
 * rules), frrd_nb_bgp.c (those for the arbiter bgp), frrd_nb_prefix.c (those for
 * prefixes), frrd_nb_attach.c, frrd_nb_hook.c and frrd_nb_probe_check.c (those for
 * attachments, hooks, probes and tracks).
 */
#ifndef FRRD_NB_FACTS_H
#define FRRD_NB_FACTS_H

#include "northbound.h"
#include "prefix.h"
#include "printfrr.h"
#include "table.h"
#include "typesafe.h"

#include "frrd/frrd_map.h"

/* What the candidate says about a site, a member, a group. */
struct fact_site {
	const char *name;
	unsigned long id; /* 0: none */
	bool witness;
	bool maintenance;
	const char *beacon; /* NULL: none */
	struct prefix beacon_prefix; /* the same */
};

/* Values where no default is; `bgp_only` names a leaf that the arbiter manual has not. */
struct fact_arbiter {
	const char *type; /* NULL: none */
	const char *handover_timeout; /* NULL: default */
	const char *bgp_only; /* NULL: none is set */
	unsigned long takeover_delay, stagger, fence_delay, settle_time, stale_retention;
	unsigned long bfd_interval, bfd_multiplier, hold_time;
};

struct fact_member {
	const char *site;
	const char *ipv4, *ipv6, *ifname; /* NULL: none */
	bool blackhole;
	struct frrd_maps_head maps; /* address change */
	const char *map_without_to; /* an entry that is incomplete; NULL: none */
	/* what it announces, IPv4 and IPv6; made by frrd_rule_map_add() for members with maps */
	struct route_table *announced[2];
};

/* An attachment of a member. */
struct fact_attach {
	const char *site;
	const char *ifname;
	bool duplicate_check;
	struct prefix *addresses;
	size_t address_count;
};

PREDECL_LIST(fact_groups);
struct fact_group {
	struct fact_groups_item item;
	const struct lyd_node *dnode;
	const char *name;
	unsigned long id; /* 0: none */
	bool allow_more_specific;
	bool make_before_break;
	const char *bgp_only; /* a leaf that the arbiter manual has not; NULL: none is set */
	bool has_plist;
	bool has_hooks;
	const struct lyd_node *address; /* the container address-change; NULL: none */
	uint32_t prefixes[2]; /* IPv4, IPv6 */
	struct fact_member *members;
	size_t member_count;
	struct fact_attach *attaches; /* of all members */
	size_t attach_count;
	bool has_maps;
	bool maps_ready; /* the prefixes of the group were looked at by frrd_rule_map_add() */
	/* a prefix line that is checked before the tree has it; NULL: none */
	const struct prefix *coming;
	/* its prefix lines, IPv4 and IPv6; made by frrd_rule_map_line(); info is not NULL */
	struct route_table *lines[2];
};
DECLARE_LIST(fact_groups, struct fact_group, item);

/* Where the prefix belongs in a pair of IPv4 and IPv6. */
static inline int frrd_facts_family(const struct prefix *p)
{
	return p->family == AF_INET ? 0 : 1;
}

/* How many probes a member or track names: all, and those that count in a role. */
struct fact_use {
	const struct lyd_node *user; /* NULL: of nobody */
	unsigned long all, owner, standby;
};

struct facts {
	const struct lyd_node *root;
	const char *local_site, *marker_range; /* NULL: none */
	struct prefix range;		       /* marker-range; family 0: none */
	struct fact_arbiter arbiter;
	unsigned long route_table;
	struct fact_site sites[256];
	size_t site_count;
	struct fact_groups_head groups[1];
	/*
	 * IPv4, IPv6; info is the fact_group.  What a group has several times, by address
	 * change, is locked as often.
	 */
	struct route_table *index[2];
	/* the same for prefixes of tracks; info is the name of the first one; NULL: no tracks */
	struct route_table *track_index[2];
	struct fact_use use; /* of the member or track whose lines are being read */
	bool counted; /* the prefixes of groups are counted */
	bool partial; /* a configuration is being read: the rest is still to come */
	bool open_timers; /* the timers of the arbiter are being read */
	char *errmsg;
	size_t size;
};

/*
 * Read the facts; they point into the tree.  Always ends well.  Counting the
 * prefixes is what takes time; without it they are all 0.
 */
extern void frrd_facts_read(struct facts *ret_facts, const struct lyd_node *root, bool count);
extern void frrd_facts_free(struct facts *f);

/* NULL when there is none. */
extern struct fact_site *frrd_facts_site(struct facts *f, const char *name);

/* Everything but the prefixes of groups, map lines, probes and tracks; frrd_nb_check.c. */
extern bool frrd_rules(struct facts *f);

/* Write the reason into f->errmsg; always false. */
extern bool frrd_facts_refuse(struct facts *f, const char *fmt, ...) PRINTFRR(2, 3);

/*
 * Has every next-hop of the group a prefix of its family, when the group has so
 * many IPv4 and IPv6 prefixes?
 */
extern bool frrd_rule_families(struct facts *f, const struct fact_group *g,
			       const uint32_t prefixes[2]);

/* Is everything there that the arbiter bgp needs, and nothing that manual has not? */
extern bool frrd_rule_arbiter_fits(struct facts *f);

/* Do the timers of the arbiter bgp fit together? */
extern bool frrd_rule_budget(struct facts *f);

/* Are beacons what beacons can be? */
extern bool frrd_rule_beacons(struct facts *f);

/*
 * Is this prefix of a `list` ("group", "track") entry none by which the sites see each
 * other, and one of a group none of a track?  Are those of all groups?
 */
extern bool frrd_rule_prefix_apart(struct facts *f, const char *list, const char *name,
				   const struct prefix *p);
extern bool frrd_rule_prefixes_apart(struct facts *f);

/* The same for what the members announce in the place of a prefix of the group; for one. */
extern bool frrd_rule_images_apart(struct facts *f, struct fact_group *g, const struct prefix *p);
struct fact_image;
extern bool frrd_rule_image_apart(struct facts *f, struct fact_group *g,
				  const struct fact_image *image);

/* frrd_nb_attach.c: are the attachments such that they can work? */
extern bool frrd_rule_attachments(struct facts *f);

/* Is there no attached address whose connected route would stand before this prefix? */
extern bool frrd_rule_prefix_unshadowed(struct facts *f, const struct fact_group *g,
					const struct prefix *p);

/* --- frrd_nb_map.c: address change --- */

/* A prefix of a group as a member announces it: something else than the prefix. */
struct fact_image {
	const struct fact_member *member;
	const struct prefix *original, *prefix;
};

/* Call `rule` for all images of a prefix until it says no. */
extern bool frrd_facts_images(struct facts *f, struct fact_group *g, const struct prefix *p,
			      bool (*rule)(struct facts *f, struct fact_group *g,
					   const struct fact_image *image));

/* What the member at the site announces for a prefix of the group. */
extern void frrd_facts_announced(const struct fact_group *g, const char *site,
				 const struct prefix *p, struct prefix *ret_prefix);

/* Is this what the member at the site announces for a prefix line of the group? */
extern bool frrd_facts_announces(const struct fact_group *g, const char *site,
				 const struct prefix *p);

/*
 * The name of the group, for people who ask why it has the prefix: with the site and the
 * original in parentheses when it is an image.
 */
extern const char *frrd_facts_whose(const struct fact_group *g, const struct prefix *p,
				    char *buf, size_t size);

/* Are all map lines possible, and useful?  Does each site announce a prefix once only? */
extern bool frrd_rule_maps(struct facts *f);

/*
 * The same for one prefix line more, or less, of a group.  When it was refused, or a
 * later rule refuses the line, the facts are wrong and have to be read again.
 */
extern bool frrd_rule_map_add(struct facts *f, struct fact_group *g, const struct prefix *p);
extern bool frrd_rule_map_del(struct facts *f, struct fact_group *g, const struct prefix *p);

/*
 * The same for one map line more of a member, or a changed one, which the tree has and the
 * facts have not yet; all that such a line can break is asked.  No reason is given: when it
 * says no, or a later rule does, the facts have to be read again, and tell.
 */
extern bool frrd_rule_map_line(struct facts *f, struct fact_group *g, struct fact_member *m,
			       const struct prefix *from, const struct prefix *to);

/*
 * Is there a map line that covers no prefix of its group, which has prefixes?  Says so, and
 * where the line is in the candidate; another one the next time.
 */
extern bool frrd_facts_useless_map(struct facts *f, char *ret_xpath, size_t size);

/* Are the hooks of all groups complete, and their sites and policies possible? */
extern bool frrd_rule_hooks(struct facts *f);

/* frrd_nb_address.c: can what follows a change of addresses be carried out? */
extern bool frrd_rule_address(struct facts *f);
extern bool frrd_rule_group_address(struct facts *f, const struct fact_group *g);

/* Are these possible as a next-hop? `who` is "group NAME site NAME", "track NAME". */
extern bool frrd_rule_nexthop(struct facts *f, const char *who, const struct fact_member *m);

/* Is this address none of one host: unspecified, multicast, broadcast? */
extern bool frrd_rule_bad_address(const struct prefix *p);

/*
 * Are the probes what probes can be, and those who use them right?  All; or those
 * in the list entry at or around an absolute path.
 */
extern bool frrd_rule_probes(struct facts *f);
extern bool frrd_rule_probes_at(struct facts *f, const char *xpath);

/*
 * Remember how many probes the member or track names that names this one (`ref` is the list
 * entry in its container probes).  While that is known and they are right, one more is
 * checked alone; when it says no, the facts have to be read again.
 */
extern void frrd_facts_use_read(struct facts *f, const struct lyd_node *ref);
extern bool frrd_facts_use_known(const struct facts *f, const struct lyd_node *ref);
extern bool frrd_rule_probe_use_add(struct facts *f, const struct lyd_node *ref);

/* Are the prefixes of all groups compatible with each other? */
extern bool frrd_rule_prefixes(struct facts *f);

/*
 * The index of all groups' prefixes, and of what their members announce in their places,
 * by address.  It is made when another group than `mine` has prefixes; until then the others
 * do nothing.  Prefixes come and go with their images, or an image by itself.  What is
 * refused leaves the index as it was, unless it is a prefix that has images: the facts have
 * to be read again then, as after frrd_index_need() has said no.
 */
extern bool frrd_index_need(struct facts *f, const struct fact_group *mine);
extern bool frrd_index_add(struct facts *f, struct fact_group *g, const struct prefix *p);
extern void frrd_index_del(struct facts *f, struct fact_group *g, const struct prefix *p);
extern bool frrd_index_add_image(struct facts *f, struct fact_group *g,
				 const struct prefix *image);
extern void frrd_index_del_image(struct facts *f, const struct prefix *image);

#endif
