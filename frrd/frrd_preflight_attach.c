// SPDX-License-Identifier: GPL-2.0-or-later
/* Preflight: attachments. Do the sites attach the same, and can this one? */

#include <zebra.h>

#include "if.h"
#include "vrf.h"

#include "frrd/frrd_preflight.h"

static void type_member(struct frrd_preflight *pf, const struct frrd_grp *grp, const char *site,
			const char *line)
{
	frrd_pf_type(pf, "subnet-mover");
	frrd_pf_type(pf, " group %s", grp->name);
	frrd_pf_type(pf, "  site %s", site);
	frrd_pf_type(pf, "   %s", line);
	frrd_pf_type(pf, "  exit");
	frrd_pf_type(pf, " exit");
	frrd_pf_type(pf, "exit");
}

/* --- the sites compared --- */

static bool attaches(struct frrd_member *member, const struct prefix *address)
{
	const struct frrd_attach_conf *conf;

	frr_each (frrd_attach_confs_const, &member->attaches, conf)
		for (size_t i = 0; i < conf->address_count; i++)
			if (conf->addresses[i].family == address->family &&
			    !memcmp(&conf->addresses[i].u, &address->u, prefix_blen(address)))
				return true;
	return false;
}

/* What an address that is attached at one site is at another: with address change, mapped. */
static void address_at(const struct frrd_member *has, const struct prefix *address,
		       const struct frrd_member *member, struct prefix *ret_address)
{
	struct prefix host = *address, original;

	host.prefixlen = address->family == AF_INET ? IPV4_MAX_BITLEN : IPV6_MAX_BITLEN;
	frrd_map_invert(has, &host, &original);
	frrd_map_apply(member, &original, ret_address);
	ret_address->prefixlen = address->prefixlen;
}

/* An address that moves has to be attached at every member: hosts have one gateway. */
static void compare(struct frrd_preflight *pf, struct frrd_grp *grp,
		    const struct frrd_member *has, const struct prefix *address)
{
	struct frrd_member *member;
	struct prefix here;
	char object[96], line[128];

	frr_each (frrd_members, &grp->members, member) {
		address_at(has, address, member, &here);
		if (attaches(member, &here))
			continue;
		snprintf(object, sizeof(object), "group %s, site %s", grp->name, member->site);
		if (prefix_same(&here, address))
			frrd_pf_add(pf, FRRD_PF_WARNING, "attach", object,
				    "%pFX is attached at site %s and not here: hosts that use it lose it when the group moves",
				    address, has->site);
		else
			frrd_pf_add(pf, FRRD_PF_WARNING, "attach", object,
				    "%pFX is attached at site %s, and %pFX, which it becomes, not here",
				    address, has->site, &here);
		snprintfrr(line, sizeof(line), "attach interface NAME address %pFX", &here);
		type_member(pf, grp, member->site, line);
		frrd_pf_type_at(pf, "every site, in vtysh");
	}
}

/* --- this site --- */

static void check_interface(struct frrd_preflight *pf, struct frrd_grp *grp, const char *object,
			    const struct frrd_attach_conf *conf)
{
	const struct frrd_attachment *att = frrd_attach_find(grp, conf->ifname);
	struct interface *ifp = if_lookup_by_name(conf->ifname, VRF_DEFAULT);
	const struct prefix *foreign = att ? frrd_attachment_foreign(att) : NULL;

	if (!conf->address_count && !conf->carrier) {
		frrd_pf_add(pf, FRRD_PF_WARNING, "attach", object,
			    "the attachment of interface %s has no address and no carrier: it does nothing",
			    conf->ifname);
		type_member(pf, grp, frrd_config.local_site, "attach interface NAME address ADDRESS");
	}
	if (!ifp || ifp->ifindex == IFINDEX_INTERNAL) {
		frrd_pf_add(pf, FRRD_PF_ERROR, "attach", object,
			    "the interface %s, which is attached while this site is the owner, does not exist",
			    conf->ifname);
		frrd_pf_type(pf, "ip link show %s", conf->ifname);
		frrd_pf_type_at(pf, "a shell");
		return;
	}
	if (foreign) {
		frrd_pf_add(pf, FRRD_PF_WARNING, "attach", object,
			    "interface %s has %pFX, which frrd did not add: it stays there when another site is the owner",
			    conf->ifname, foreign);
		frrd_pf_type(pf, "ip address del %pFX dev %s", foreign, conf->ifname);
		frrd_pf_type_at(pf, "a shell (and where the address is configured)");
	}
	if (conf->carrier && if_is_up(ifp) && !frrd_grp_owned(grp)) {
		frrd_pf_add(pf, FRRD_PF_WARNING, "attach", object,
			    "interface %s is up, although this site is not the owner; frrd sets it down after it was the owner only",
			    conf->ifname);
		frrd_pf_type(pf, "ip link set %s down", conf->ifname);
		frrd_pf_type_at(pf, "a shell (and where the interface is configured)");
	}
}

/* One address for two things: the kernel's route to it is what zebra prefers. */
static void check_twice(struct frrd_preflight *pf, const char *object,
			const struct frrd_attach_conf *conf)
{
	for (size_t i = 0; i < conf->address_count; i++) {
		struct prefix network = conf->addresses[i];
		const struct frrd_route *route;

		apply_mask(&network);
		route = frrd_route_find(&network);
		if (route)
			frrd_pf_add(pf, FRRD_PF_WARNING, "attach", object,
				    "the connected route of %pFX on interface %s stands before prefix %pFX of group %s: while the address is attached, that prefix is not announced from here, and its traffic stays here",
				    &conf->addresses[i], conf->ifname, &network, route->grp->name);
	}
}

static void check_group(struct frrd_preflight *pf, struct frrd_grp *grp)
{
	struct frrd_member *local = frrd_member_local(grp), *member;
	struct frrd_attach_conf *conf;
	char object[96];

	frr_each (frrd_members, &grp->members, member)
		frr_each (frrd_attach_confs, &member->attaches, conf)
			for (size_t i = 0; i < conf->address_count; i++)
				compare(pf, grp, member, &conf->addresses[i]);
	if (!local)
		return;
	snprintf(object, sizeof(object), "group %s, site %s", grp->name, local->site);
	frr_each (frrd_attach_confs, &local->attaches, conf) {
		check_interface(pf, grp, object, conf);
		check_twice(pf, object, conf);
	}
}

void frrd_pf_check_attachments(struct frrd_preflight *pf)
{
	size_t before = pf->count, attachments = 0;
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp) {
		if (grp->removed)
			continue;
		attachments += frrd_attach_count(grp);
		check_group(pf, grp);
	}
	if (attachments && pf->count == before)
		frrd_pf_add(pf, FRRD_PF_OK, "attach", "attachments",
			    "all members attach the same addresses, and the interfaces of this site exist");
}
