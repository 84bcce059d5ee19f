// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Northbound: configuration callbacks of probes, tracks, and the probes of members.
 *
 * They only mark the object that they are about.  A probe that becomes one of
 * another kind loses leaves and gets others in one transaction, and the callbacks
 * come in the order of the tree; so at the end of the transaction whatever is marked
 * is read anew from the configuration, and the order does not matter.
 */

#include <zebra.h>

#include "memory.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_nb.h"
#include "frrd/frrd_nb_probe.h"

const struct frrd_nb_probe_kind frrd_nb_probe_kinds[] = {
	{ FRRD_PROBE_ICMP, "icmp", "./icmp/target", "icmp HOST" },
	{ FRRD_PROBE_TCP, "tcp", "./tcp/target", "tcp HOST port N" },
	{ FRRD_PROBE_HTTP, "http", "./http/url", "http URL" },
	{ FRRD_PROBE_EXEC, "exec", "./exec/command", "exec COMMAND" },
	{ FRRD_PROBE_BFD, "bfd", "./bfd/peer", "bfd PEER" },
	{ FRRD_PROBE_INTERFACE, "interface", "./interface/name", "interface IFNAME" },
	{ FRRD_PROBE_ROUTE, "route", "./route/prefix", "route PREFIX" },
	{},
};

#define TEXT(path, member)                                                                         \
	{                                                                                          \
		path, offsetof(struct frrd_ipc_probe, member),                                     \
			sizeof(((struct frrd_ipc_probe *)NULL)->member)                            \
	}

const struct frrd_nb_probe_text frrd_nb_probe_texts[] = {
	TEXT("./source-address", source_address),
	TEXT("./source-interface", source_interface),
	TEXT("./vrf", vrf),
	TEXT("./icmp/target", host),
	TEXT("./tcp/target", host),
	TEXT("./http/url", url),
	TEXT("./http/host-header", host_header),
	TEXT("./http/status", status),
	TEXT("./http/body-match", body_match),
	TEXT("./http/tls/ca-file", tls_ca),
	TEXT("./http/tls/server-name", tls_name),
	TEXT("./http/tls/certificate-file", tls_cert),
	TEXT("./http/tls/key-file", tls_key),
	TEXT("./exec/command", command),
	{},
};

/* --- reading a tree ------------------------------------------------------- */

/* By names and libyang's hashes: an XPath would be parsed anew for each of thousands. */
const struct lyd_node *frrd_nb_probe_node(const struct lyd_node *dnode, const char *path)
{
	for (const char *name = path + 1; dnode && *name; name += strcspn(name, "/")) {
		const struct lysc_node *schema;
		struct lyd_node *match = NULL;

		name++;
		schema = lys_find_child(dnode->schema, dnode->schema->module, name,
					strcspn(name, "/"), 0, 0);
		/* without one: shows ask one kind of probe for what another has */
		if (schema)
			(void)lyd_find_sibling_val(lyd_child(dnode), schema, NULL, 0, &match);
		dnode = match;
	}
	return dnode;
}

const char *frrd_nb_probe_value(const struct lyd_node *dnode, const char *path)
{
	const struct lyd_node *leaf = frrd_nb_probe_node(dnode, path);

	return leaf ? lyd_get_value(leaf) : NULL;
}

#define value frrd_nb_probe_value

const struct frrd_nb_probe_kind *frrd_nb_probe_kind_of(const struct lyd_node *probe)
{
	for (const struct frrd_nb_probe_kind *kind = frrd_nb_probe_kinds; kind->name; kind++)
		if (value(probe, kind->target))
			return kind;
	return NULL;
}

static uint32_t number(const struct lyd_node *dnode, const char *path, uint32_t otherwise)
{
	const char *text = value(dnode, path);

	return text ? strtoul(text, NULL, 10) : otherwise;
}

static bool is(const struct lyd_node *dnode, const char *path, const char *word)
{
	const char *text = value(dnode, path);

	return text && strmatch(text, word);
}

/* Family 0 where there is none. */
static void prefix_value(const struct lyd_node *dnode, const char *path, struct prefix *ret_p)
{
	const char *text = value(dnode, path);

	memset(ret_p, 0, sizeof(*ret_p));
	if (text)
		(void)str2prefix(text, ret_p);
}

static void read_io(struct frrd_ipc_probe *io, const struct lyd_node *dnode)
{
	for (const struct frrd_nb_probe_text *t = frrd_nb_probe_texts; t->path; t++) {
		const char *text = value(dnode, t->path);

		if (text)
			strlcpy((char *)io + t->offset, text, t->size);
	}
	io->interval_ms = number(dnode, "./interval", FRRD_DEFAULT_PROBE_INTERVAL_MS);
	io->retry_ms = number(dnode, "./retry-interval", io->interval_ms);
	io->timeout_ms = number(dnode, "./timeout", FRRD_DEFAULT_PROBE_TIMEOUT_MS);
	io->jitter = number(dnode, "./jitter", FRRD_DEFAULT_PROBE_JITTER);
	io->rise = number(dnode, "./rise", FRRD_DEFAULT_PROBE_RISE);
	io->fall = number(dnode, "./fall", FRRD_DEFAULT_PROBE_FALL);
	io->size = number(dnode, "./icmp/size", FRRD_DEFAULT_PROBE_SIZE);
	io->port = number(dnode, "./tcp/port", 0);
	io->head = is(dnode, "./http/method", "head");
	io->tls_verify = !is(dnode, "./http/tls/verify", "false");
}

static void read_local(struct frrd_probe *probe, const struct lyd_node *dnode)
{
	const char *name = value(dnode, "./interface/name");

	prefix_value(dnode, "./bfd/peer", &probe->bfd.peer);
	probe->bfd.multihop = is(dnode, "./bfd/multihop", "true");
	probe->bfd.multiplier = number(dnode, "./bfd/detect-multiplier",
				       FRRD_DEFAULT_PROBE_BFD_MULTIPLIER);
	probe->bfd.receive_ms = number(dnode, "./bfd/receive-interval", FRRD_DEFAULT_PROBE_BFD_MS);
	probe->bfd.transmit_ms = number(dnode, "./bfd/transmit-interval",
					FRRD_DEFAULT_PROBE_BFD_MS);
	strlcpy(probe->interface.name, name ? name : "", sizeof(probe->interface.name));
	prefix_value(dnode, "./interface/address", &probe->interface.address);
	prefix_value(dnode, "./route/prefix", &probe->route.prefix);
	probe->route.covering = is(dnode, "./route/match", "covering");
	prefix_value(dnode, "./route/via", &probe->route.via);
}

static void read_probe(struct frrd_probe *probe, const struct lyd_node *dnode)
{
	const struct frrd_nb_probe_kind *kind = frrd_nb_probe_kind_of(dnode);

	/* no kind in between: what has gone from the configuration must not stay */
	frrd_probe_set_kind(probe, FRRD_PROBE_NONE);
	probe->io.source_address[0] = '\0';
	probe->io.source_interface[0] = '\0';
	probe->io.vrf[0] = '\0';
	if (kind)
		frrd_probe_set_kind(probe, kind->kind);
	read_io(&probe->io, dnode);
	read_local(probe, dnode);
	probe->when_unknown = is(dnode, "./when-unknown", "up")	    ? FRRD_UNKNOWN_UP
			      : is(dnode, "./when-unknown", "down") ? FRRD_UNKNOWN_DOWN
								    : FRRD_UNKNOWN_NO_MOVE;
}

/* The container probes of a member or track. */
static void read_use(struct frrd_probe_use *use, const struct lyd_node *dnode)
{
	const struct lyd_node *child;

	frrd_probe_use_clear(use);
	use->mode = is(dnode, "./probes/mode", "any")	      ? FRRD_COMBINE_ANY
		    : is(dnode, "./probes/mode", "at-least") ? FRRD_COMBINE_AT_LEAST
							     : FRRD_COMBINE_ALL;
	use->number = number(dnode, "./probes/number", 0);
	LY_LIST_FOR (lyd_child(frrd_nb_probe_node(dnode, "./probes")), child) {
		struct frrd_probe_ref *ref;

		if (child->schema->nodetype != LYS_LIST)
			continue;
		ref = frrd_probe_use_add(use, lyd_get_value(lyd_child(child)));
		ref->role = is(child, "./role", "owner")     ? FRRD_ROLE_OWNER
			    : is(child, "./role", "standby") ? FRRD_ROLE_STANDBY
							     : FRRD_ROLE_BOTH;
	}
}

static void read_track(struct frrd_trk *track, const struct lyd_node *dnode)
{
	struct frrd_nexthop *nexthop = &track->nexthop;
	const char *ipv4 = value(dnode, "./next-hop/ipv4-address");
	const char *ipv6 = value(dnode, "./next-hop/ipv6-address");
	const char *ifname = value(dnode, "./next-hop/interface");

	read_use(&track->use, dnode);
	nexthop->has_ipv4 = ipv4 && inet_pton(AF_INET, ipv4, &nexthop->ipv4) == 1;
	nexthop->has_ipv6 = ipv6 && inet_pton(AF_INET6, ipv6, &nexthop->ipv6) == 1;
	strlcpy(nexthop->ifname, ifname ? ifname : "", sizeof(nexthop->ifname));
	nexthop->blackhole = is(dnode, "./next-hop/blackhole", "true");
	track->metric = number(dnode, "./metric", 0);
}

static void read_members(struct frrd_grp *grp, const struct lyd_node *dnode)
{
	const struct lyd_node *child;

	LY_LIST_FOR (lyd_child(dnode), child)
		if (strmatch(child->schema->name, "member"))
			read_use(&frrd_member_find(grp, lyd_get_value(lyd_child(child)))->probes,
				 child);
}

/* The top container's own child, which may have been marked. */
static void read_marked(const struct lyd_node *dnode)
{
	const char *list = dnode->schema->name;
	const char *name;

	if (dnode->schema->nodetype != LYS_LIST)
		return;
	name = lyd_get_value(lyd_child(dnode));
	if (strmatch(list, "probe")) {
		struct frrd_probe *probe = frrd_probe_find(name);

		if (probe && probe->touched)
			read_probe(probe, dnode);
	} else if (strmatch(list, "track")) {
		struct frrd_trk *track = frrd_track_find(name);

		if (track && track->touched)
			read_track(track, dnode);
	} else if (strmatch(list, "group")) {
		struct frrd_grp *grp = frrd_grp_find(name);

		if (grp && grp->touched)
			read_members(grp, dnode);
	}
}

void frrd_nb_probe_finish(const struct lyd_node *root)
{
	const struct lyd_node *child;

	LY_LIST_FOR (lyd_child(root), child)
		read_marked(child);
}

/* --- subnet-mover/probe --------------------------------------------------- */

static const char *key_of(const struct lyd_node *dnode, const char *list)
{
	return lyd_get_value(lyd_child(yang_dnode_get_parent(dnode, list)));
}

static struct frrd_probe *probe_of(const struct lyd_node *dnode)
{
	struct frrd_probe *probe = frrd_probe_find(key_of(dnode, "probe"));

	assert(probe);
	return probe;
}

int frrd_nb_probe_create(struct nb_cb_create_args *args)
{
	if (args->event == NB_EV_APPLY)
		frrd_probe_touch(frrd_probe_add(key_of(args->dnode, "probe")));
	return NB_OK;
}

int frrd_nb_probe_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event == NB_EV_APPLY)
		frrd_probe_del(probe_of(args->dnode));
	return NB_OK;
}

int frrd_nb_probe_leaf_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		frrd_probe_touch(probe_of(args->dnode));
	return NB_OK;
}

int frrd_nb_probe_leaf_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event == NB_EV_APPLY)
		frrd_probe_touch(probe_of(args->dnode));
	return NB_OK;
}

/* A probe goes on when only its description changes. */
int frrd_nb_probe_description_modify(struct nb_cb_modify_args *args)
{
	struct frrd_probe *probe;

	if (args->event != NB_EV_APPLY)
		return NB_OK;

	probe = probe_of(args->dnode);
	XFREE(MTYPE_TMP, probe->description);
	probe->description = XSTRDUP(MTYPE_TMP, lyd_get_value(args->dnode));
	return NB_OK;
}

int frrd_nb_probe_description_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event == NB_EV_APPLY)
		XFREE(MTYPE_TMP, probe_of(args->dnode)->description);
	return NB_OK;
}

/* --- subnet-mover/track --------------------------------------------------- */

static struct frrd_trk *track_of(const struct lyd_node *dnode)
{
	struct frrd_trk *track = frrd_track_find(key_of(dnode, "track"));

	assert(track);
	return track;
}

int frrd_nb_track_create(struct nb_cb_create_args *args)
{
	if (args->event == NB_EV_APPLY)
		frrd_track_touch(frrd_track_add(key_of(args->dnode, "track")));
	return NB_OK;
}

int frrd_nb_track_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event == NB_EV_APPLY)
		frrd_track_del(track_of(args->dnode));
	return NB_OK;
}

int frrd_nb_track_leaf_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		frrd_track_touch(track_of(args->dnode));
	return NB_OK;
}

int frrd_nb_track_leaf_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event == NB_EV_APPLY)
		frrd_track_touch(track_of(args->dnode));
	return NB_OK;
}

int frrd_nb_track_probe_create(struct nb_cb_create_args *args)
{
	if (args->event == NB_EV_APPLY)
		frrd_track_touch(track_of(args->dnode));
	return NB_OK;
}

int frrd_nb_track_description_modify(struct nb_cb_modify_args *args)
{
	struct frrd_trk *track;

	if (args->event != NB_EV_APPLY)
		return NB_OK;

	track = track_of(args->dnode);
	XFREE(MTYPE_TMP, track->description);
	track->description = XSTRDUP(MTYPE_TMP, lyd_get_value(args->dnode));
	return NB_OK;
}

int frrd_nb_track_description_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event == NB_EV_APPLY)
		XFREE(MTYPE_TMP, track_of(args->dnode)->description);
	return NB_OK;
}

/* Routes hang on these objects, so a prefix is told at once. */
int frrd_nb_track_prefix_create(struct nb_cb_create_args *args)
{
	struct prefix p;

	if (args->event != NB_EV_APPLY)
		return NB_OK;

	(void)str2prefix(lyd_get_value(args->dnode), &p);
	frrd_track_prefix_add(track_of(args->dnode), &p);
	frrd_track_touch(track_of(args->dnode));
	return NB_OK;
}

int frrd_nb_track_prefix_destroy(struct nb_cb_destroy_args *args)
{
	struct prefix p;

	if (args->event != NB_EV_APPLY)
		return NB_OK;

	(void)str2prefix(lyd_get_value(args->dnode), &p);
	frrd_track_prefix_del(track_of(args->dnode), &p);
	frrd_track_touch(track_of(args->dnode));
	return NB_OK;
}

/* --- subnet-mover/group/member/probes ------------------------------------- */

static void touch_grp(const struct lyd_node *dnode)
{
	struct frrd_grp *grp = frrd_grp_find(key_of(dnode, "group"));

	assert(grp);
	frrd_engine_touch(grp);
}

int frrd_nb_member_probe_create(struct nb_cb_create_args *args)
{
	if (args->event == NB_EV_APPLY)
		touch_grp(args->dnode);
	return NB_OK;
}

int frrd_nb_member_probes_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event == NB_EV_APPLY)
		touch_grp(args->dnode);
	return NB_OK;
}

int frrd_nb_member_probes_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		touch_grp(args->dnode);
	return NB_OK;
}
