// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Northbound: attachments.  Configuration callbacks, which store and mark (see
 * frrd_nb_config.c), and the rules for what is stored.
 */

#include <zebra.h>

#include "memory.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_nb.h"
#include "frrd/frrd_nb_facts.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_ATTACH_CHECK, "Check of attachments");

#define refuse frrd_facts_refuse

/* --- callbacks ------------------------------------------------------------ */

static const char *key_of(const struct lyd_node *dnode, const char *list)
{
	return lyd_get_value(lyd_child(yang_dnode_get_parent(dnode, list)));
}

/* The attachments of the member around a node; its group is marked. */
static struct frrd_attach_confs_head *attaches_of(const struct lyd_node *dnode)
{
	struct frrd_grp *grp = frrd_grp_find(key_of(dnode, "group"));
	struct frrd_member *member = grp ? frrd_member_find(grp, key_of(dnode, "member")) : NULL;

	assert(member);
	frrd_engine_touch(grp);
	return &member->attaches;
}

static struct frrd_attach_conf *attach_of(const struct lyd_node *dnode)
{
	struct frrd_attach_conf *conf = frrd_attach_conf_find(attaches_of(dnode),
							      key_of(dnode, "attach"));

	assert(conf);
	return conf;
}

int frrd_nb_group_attach_order_modify(struct nb_cb_modify_args *args)
{
	struct frrd_grp *grp;

	if (args->event != NB_EV_APPLY)
		return NB_OK;

	grp = frrd_grp_find(key_of(args->dnode, "group"));
	assert(grp);
	grp->announce_first = strmatch(lyd_get_value(args->dnode), "announce-first");
	frrd_engine_touch(grp);
	return NB_OK;
}

int frrd_nb_attach_create(struct nb_cb_create_args *args)
{
	if (args->event == NB_EV_APPLY)
		(void)frrd_attach_conf_add(attaches_of(args->dnode), key_of(args->dnode, "attach"));
	return NB_OK;
}

int frrd_nb_attach_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event == NB_EV_APPLY)
		frrd_attach_conf_del(attaches_of(args->dnode), attach_of(args->dnode));
	return NB_OK;
}

/* The address that a node names; its text was checked by the model and by the rules. */
static void change_address(const struct lyd_node *dnode, bool add)
{
	struct prefix p = {};

	(void)str2prefix(lyd_get_value(dnode), &p);
	frrd_attach_conf_address(attach_of(dnode), &p, add);
}

int frrd_nb_attach_address_create(struct nb_cb_create_args *args)
{
	if (args->event == NB_EV_APPLY)
		change_address(args->dnode, true);
	return NB_OK;
}

int frrd_nb_attach_address_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event == NB_EV_APPLY)
		change_address(args->dnode, false);
	return NB_OK;
}

int frrd_nb_attach_carrier_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		attach_of(args->dnode)->carrier = yang_dnode_get_bool(args->dnode, NULL);
	return NB_OK;
}

int frrd_nb_attach_duplicate_check_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		attach_of(args->dnode)->duplicate_check = yang_dnode_get_bool(args->dnode, NULL);
	return NB_OK;
}

int frrd_nb_attach_advertisements_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		attach_of(args->dnode)->advertisements = yang_dnode_get_uint8(args->dnode, NULL);
	return NB_OK;
}

int frrd_nb_attach_interval_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		attach_of(args->dnode)->advertisement_interval_ms =
			yang_dnode_get_uint32(args->dnode, NULL);
	return NB_OK;
}

/* --- rules ---------------------------------------------------------------- */

/* An address of an attachment, for comparing it with others. */
struct attached {
	const struct fact_group *group;
	const struct fact_attach *attach;
	const struct prefix *p;
};

static int cmp_attached(const void *va, const void *vb)
{
	const struct attached *a = va, *b = vb;
	int order = strcmp(a->attach->site, b->attach->site);

	if (!order)
		order = numcmp(a->p->family, b->p->family);
	if (!order)
		order = memcmp(&a->p->u, &b->p->u, prefix_blen(a->p));
	return order;
}

/* Two groups, or two interfaces, would add and remove one address by turns. */
static bool rule_once(struct facts *f, size_t total)
{
	struct attached *list;
	struct fact_group *g;
	bool ok = true;
	size_t n = 0;

	if (total < 2)
		return true;
	list = XMALLOC(MTYPE_FRRD_ATTACH_CHECK, total * sizeof(*list));
	frr_each (fact_groups, f->groups, g)
		for (size_t i = 0; i < g->attach_count; i++)
			for (size_t j = 0; j < g->attaches[i].address_count; j++)
				list[n++] = (struct attached){ g, &g->attaches[i],
							       &g->attaches[i].addresses[j] };
	qsort(list, n, sizeof(*list), cmp_attached);
	for (size_t i = 1; ok && i < n; i++)
		if (!cmp_attached(&list[i - 1], &list[i]))
			ok = refuse(f, "group %s site %s: address %pFX of interface %s is attached by group %s, interface %s, already",
				    list[i].group->name, list[i].attach->site, list[i].p,
				    list[i].attach->ifname, list[i - 1].group->name,
				    list[i - 1].attach->ifname);
	XFREE(MTYPE_FRRD_ATTACH_CHECK, list);
	return ok;
}

/* Has this address no business on an interface? */
static bool is_bad(const struct prefix *p)
{
	in_addr_t ipv4 = ntohl(p->u.prefix4.s_addr);

	if (p->family == AF_INET)
		return ipv4 == INADDR_ANY || IN_MULTICAST(ipv4) || ipv4 == INADDR_BROADCAST ||
		       IPV4_NET127(ipv4);
	return IN6_IS_ADDR_UNSPECIFIED(&p->u.prefix6) || IN6_IS_ADDR_MULTICAST(&p->u.prefix6) ||
	       IN6_IS_ADDR_LOOPBACK(&p->u.prefix6);
}

static unsigned int host_length(const struct prefix *p)
{
	return p->family == AF_INET ? IPV4_MAX_BITLEN : IPV6_MAX_BITLEN;
}

/* zebra prefers a connected route to frrd's, which would not be announced. */
static bool refuse_shadow(struct facts *f, const struct fact_group *g,
			  const struct fact_attach *attach, const struct prefix *address)
{
	struct prefix network = *address, host = *address;

	apply_mask(&network);
	/* The route of a host address is connected, too; that of two is another one. */
	host.prefixlen = host_length(address) - (address->prefixlen == host_length(address));
	return refuse(f, "group %s site %s: the connected route of address %pFX would stand before prefix %pFX of the group, which could not be announced; with %pFX the address serves the hosts as well",
		      g->name, attach->site, address, &network, &host);
}

static bool shadows(const struct prefix *address, const struct prefix *p)
{
	struct prefix network = *address;

	apply_mask(&network);
	return prefix_same(&network, p);
}

bool frrd_rule_prefix_unshadowed(struct facts *f, const struct fact_group *g,
				 const struct prefix *p)
{
	struct prefix announced;

	for (size_t i = 0; i < g->attach_count; i++) {
		frrd_facts_announced(g, g->attaches[i].site, p, &announced);
		for (size_t j = 0; j < g->attaches[i].address_count; j++)
			if (shadows(&g->attaches[i].addresses[j], &announced))
				return refuse_shadow(f, g, &g->attaches[i],
						     &g->attaches[i].addresses[j]);
	}
	return true;
}

static bool rule_address(struct facts *f, const struct fact_group *g,
			 const struct fact_attach *attach, const struct prefix *address)
{
	struct prefix network = *address;

	if (is_bad(address))
		return refuse(f, "group %s site %s: %pFX cannot be an address of interface %s",
			      g->name, attach->site, address, attach->ifname);
	apply_mask(&network);
	if (frrd_facts_announces(g, attach->site, &network))
		return refuse_shadow(f, g, attach, address);
	return true;
}

static bool rule_attach(struct facts *f, const struct fact_group *g,
			const struct fact_attach *attach)
{
	if (attach->duplicate_check && g->make_before_break)
		return refuse(f, "group %s site %s: duplicate-check of interface %s is not possible with `handover make-before-break`: the owner has the addresses until the successor announces",
			      g->name, attach->site, attach->ifname);
	for (size_t i = 0; i < attach->address_count; i++)
		if (!rule_address(f, g, attach, &attach->addresses[i]))
			return false;
	return true;
}

bool frrd_rule_attachments(struct facts *f)
{
	struct fact_group *g;
	size_t total = 0;

	frr_each (fact_groups, f->groups, g)
		for (size_t i = 0; i < g->attach_count; i++) {
			if (!rule_attach(f, g, &g->attaches[i]))
				return false;
			total += g->attaches[i].address_count;
		}
	return rule_once(f, total);
}
