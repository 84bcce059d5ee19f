// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Northbound: the rules for probes, for those who use them, and for tracks; see
 * frrd_nb_check.h.
 *
 * A configuration is written line by line, and a probe begins without anything to
 * check; so that is asked for when somebody uses the probe.  URLs and status codes
 * are read by the code that frrd-io runs by.
 */

#include <zebra.h>

#include "frrd_compat.h"
#include "frrd/frrd_nb.h"
#include "frrd/frrd_nb_check.h"
#include "frrd/frrd_nb_facts.h"
#include "frrd/frrd_nb_probe.h"
#include "frrd/io/io_http.h"

#define refuse frrd_facts_refuse
#define value  frrd_nb_probe_value

#define WHO_SIZE 128 /* "group NAME site NAME" */

static const char *family_name(const struct prefix *p)
{
	return p->family == AF_INET6 ? "IPv6" : "IPv4";
}

static const char *last_of(const char *path)
{
	return strrchr(path, '/') + 1;
}

static const char *key(const struct lyd_node *dnode)
{
	return lyd_get_value(lyd_child(dnode));
}

/* --- what a probe consists of --------------------------------------------- */

/* A leaf at or below the node that somebody has set; NULL: none. */
static const struct lyd_node *set_leaf(const struct lyd_node *dnode)
{
	const struct lyd_node *child, *leaf;

	if (dnode->schema->nodetype == LYS_LEAF)
		return lyd_is_default(dnode) ? NULL : dnode;
	LY_LIST_FOR (lyd_child(dnode), child) {
		leaf = set_leaf(child);
		if (leaf)
			return leaf;
	}
	return NULL;
}

/* The model lets the options of a kind stand alone. */
static bool rule_complete(struct facts *f, const char *name, const struct lyd_node *dnode)
{
	for (const struct frrd_nb_probe_kind *k = frrd_nb_probe_kinds; k->name; k++) {
		char path[32];
		const struct lyd_node *container, *leaf;

		snprintf(path, sizeof(path), "./%s", k->name);
		container = frrd_nb_probe_node(dnode, path);
		leaf = container ? set_leaf(container) : NULL;
		if (leaf && !value(dnode, k->target))
			return refuse(f, "probe %s: `%s` belongs to `%s`, which is not configured",
				      name, leaf->schema->name, k->line);
	}
	if (value(dnode, "./tcp/target") && !value(dnode, "./tcp/port"))
		return refuse(f, "probe %s: `tcp` needs a port", name);
	return true;
}

static bool text_fits(struct facts *f, const char *name, const struct lyd_node *dnode,
		      const char *path, size_t size)
{
	const char *text = value(dnode, path);

	if (!text || strlen(text) < size)
		return true;
	return refuse(f, "probe %s: %s has %zu bytes, and at most %zu are possible", name,
		      last_of(path), strlen(text), size - 1);
}

static bool rule_texts(struct facts *f, const char *name, const struct lyd_node *dnode)
{
	for (const struct frrd_nb_probe_text *t = frrd_nb_probe_texts; t->path; t++)
		if (!text_fits(f, name, dnode, t->path, t->size))
			return false;
	return text_fits(f, name, dnode, "./interface/name", INTERFACE_NAMSIZ);
}

#define BIT(kind) (1U << FRRD_PROBE_##kind)

/* What says how to send is for those that send. */
static bool rule_options(struct facts *f, const char *name, const struct lyd_node *dnode)
{
	static const struct {
		const char *path;
		unsigned int kinds;
	} options[] = {
		{ "./source-address", BIT(ICMP) | BIT(TCP) | BIT(HTTP) | BIT(BFD) },
		{ "./source-interface", BIT(ICMP) | BIT(TCP) | BIT(HTTP) | BIT(BFD) },
		{ "./vrf", BIT(ICMP) | BIT(TCP) | BIT(HTTP) },
	};
	const struct frrd_nb_probe_kind *kind = frrd_nb_probe_kind_of(dnode);

	for (size_t i = 0; kind && i < array_size(options); i++)
		if (value(dnode, options[i].path) && !(options[i].kinds & (1U << kind->kind)))
			return refuse(f, "probe %s: `%s` is not possible with `%s`", name,
				      last_of(options[i].path), kind->name);
	return true;
}

static bool rule_times(struct facts *f, const char *name, const struct lyd_node *dnode)
{
	const char *interval = value(dnode, "./interval");
	const char *retry = value(dnode, "./retry-interval");

	if (!interval || !retry || strtoul(retry, NULL, 10) <= strtoul(interval, NULL, 10))
		return true;
	return refuse(f, "probe %s: retry-interval %s is longer than interval %s", name, retry,
		      interval);
}

/* --- http ----------------------------------------------------------------- */

static bool rule_http(struct facts *f, const char *name, const struct lyd_node *dnode)
{
	const char *url = value(dnode, "./http/url");
	const char *method = value(dnode, "./http/method");
	const char *status = value(dnode, "./http/status");
	const char *header = value(dnode, "./http/host-header");
	const struct lyd_node *tls = frrd_nb_probe_node(dnode, "./http/tls");
	struct io_http_status codes;
	struct io_http_url parsed;
	const char *error;

	if (!url)
		return true;
	error = io_http_url_parse(url, &parsed);
	if (error)
		return refuse(f, "probe %s: %s: %s", name, url, error);
	error = status ? io_http_status_parse(status, &codes) : NULL;
	if (error)
		return refuse(f, "probe %s: status %s: %s", name, status, error);
	if (header && !io_http_host_valid(header))
		return refuse(f, "probe %s: host-header %s is not a name or an address", name,
			      header);
	if (method && strmatch(method, "head") && value(dnode, "./http/body-match"))
		return refuse(f, "probe %s: `body-match` is not possible with `method head`, whose answer has no body",
			      name);
	if (!tls || !set_leaf(tls))
		return true;
	if (!parsed.tls)
		return refuse(f, "probe %s: `tls` is for an https URL, and %s is none", name, url);
	if (!value(tls, "./certificate-file") != !value(tls, "./key-file"))
		return refuse(f, "probe %s: tls: certificate-file and key-file go together", name);
	return true;
}

/* --- addresses ------------------------------------------------------------ */

/* An address, a zone ("%lan") cut off; false: a name. */
static bool literal(const char *host, struct prefix *ret_p, bool *ret_zone)
{
	char text[INET6_ADDRSTRLEN];
	size_t length = strcspn(host, "%");

	*ret_zone = host[length] == '%';
	if (length >= sizeof(text))
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)length, host);
	return str2prefix(text, ret_p);
}

/* Where the probe sends to, for those that send; NULL: nowhere. */
static const char *target_of(const struct lyd_node *dnode, struct io_http_url *url)
{
	static const char *const paths[] = { "./icmp/target", "./tcp/target", "./bfd/peer" };
	const char *text = value(dnode, "./http/url");

	if (text && !io_http_url_parse(text, url))
		return url->host;
	for (size_t i = 0; i < array_size(paths); i++)
		if (value(dnode, paths[i]))
			return value(dnode, paths[i]);
	return NULL;
}

static bool rule_target(struct facts *f, const char *name, const struct lyd_node *dnode,
			const char *target)
{
	const char *source = value(dnode, "./source-address");
	struct prefix p, from;
	bool zone;

	if (!literal(target, &p, &zone)) {
		if (target[strspn(target, "0123456789.")] == '\0')
			return refuse(f, "probe %s: %s is neither an address nor a name", name,
				      target);
		return true;
	}
	if (frrd_rule_bad_address(&p))
		return refuse(f, "probe %s: %s cannot be a target", name, target);
	if (source && str2prefix(source, &from) && from.family != p.family)
		return refuse(f, "probe %s: source-address %s is %s, but the target %s is %s",
			      name, source, family_name(&from), target, family_name(&p));
	if (p.family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&p.u.prefix6) && !zone &&
	    !value(dnode, "./source-interface"))
		return refuse(f, "probe %s: %s is link-local and needs a `source-interface`, which has to be configured first",
			      name, target);
	return true;
}

static bool rule_addresses(struct facts *f, const char *name, const struct lyd_node *dnode)
{
	const char *source = value(dnode, "./source-address");
	const char *multihop = value(dnode, "./bfd/multihop");
	const char *prefix = value(dnode, "./route/prefix"), *via = value(dnode, "./route/via");
	struct io_http_url url;
	const char *target = target_of(dnode, &url);
	struct prefix p, q;

	if (source && str2prefix(source, &p) && frrd_rule_bad_address(&p))
		return refuse(f, "probe %s: %s cannot be a source-address", name, source);
	if (target && !rule_target(f, name, dnode, target))
		return false;
	if (multihop && strmatch(multihop, "true") && !source)
		return refuse(f, "probe %s: `bfd ... multihop` needs a `source-address`, which has to be configured first",
			      name);
	if (prefix && via && str2prefix(prefix, &p) && str2prefix(via, &q) &&
	    p.family != q.family)
		return refuse(f, "probe %s: route %s is %s, but its next-hop %s is %s", name,
			      prefix, family_name(&p), via, family_name(&q));
	return true;
}

static bool rule_probe(struct facts *f, const struct lyd_node *dnode)
{
	const char *name = key(dnode);

	return rule_complete(f, name, dnode) && rule_texts(f, name, dnode) &&
	       rule_options(f, name, dnode) && rule_times(f, name, dnode) &&
	       rule_http(f, name, dnode) &&
	       rule_addresses(f, name, dnode);
}

/* --- who uses probes ------------------------------------------------------ */

/* The list entry of a probe; NULL: there is none. */
static const struct lyd_node *probe_named(const struct facts *f, const char *name)
{
	const struct lysc_node *schema = lys_find_child(f->root->schema, f->root->schema->module,
							"probe", 0, 0, 0);
	struct lyd_node *match = NULL;
	char keys[FRRD_NAME_SIZE + 16];

	snprintf(keys, sizeof(keys), "[name='%s']", name);
	(void)lyd_find_sibling_val(lyd_child(f->root), schema, keys, strlen(keys), &match);
	return match;
}

static bool rule_ref(struct facts *f, const char *who, const char *name)
{
	const struct lyd_node *probe = probe_named(f, name), *before;

	if (probe && frrd_nb_probe_kind_of(probe))
		return true;
	before = yang_dnode_getf(running_config->dnode, "%s/probe[name='%s']", FRRD_NB_ROOT, name);
	if (!probe && before && !f->partial)
		return refuse(f, "probe %s cannot be removed: %s uses it", name, who);
	if (!probe)
		return refuse(f, "%s: there is no probe %s", who, name);
	if (before && frrd_nb_probe_kind_of(before) && !f->partial)
		return refuse(f, "probe %s: what it checks cannot be removed, as %s uses it; put something else in its place",
			      name, who);
	return refuse(f, "%s: probe %s does not say what it checks; configure `icmp`, `tcp`, `http`, `exec`, `bfd`, `interface` or `route` in it first",
		      who, name);
}

static bool rule_number(struct facts *f, const char *who, unsigned long wanted,
			unsigned long there, const char *where)
{
	if (wanted <= there)
		return true;
	return refuse(f, "%s: `probes at-least %lu`, but %s%lu probe%s %s%s", who, wanted,
		      there ? "only " : "", there, there == 1 ? "" : "s",
		      there == 1 ? "counts" : "count", where);
}

/* Count one probe more that a member or track names. */
static void count_ref(struct fact_use *use, const struct lyd_node *ref)
{
	const char *role = value(ref, "./role");

	use->all++;
	use->owner += !role || !strmatch(role, "standby");
	use->standby += !role || !strmatch(role, "owner");
}

/* Do so many probes fit how they combine? */
static bool rule_combine(struct facts *f, const char *who, const struct lyd_node *user,
			 const struct fact_use *use)
{
	const char *mode = value(user, "./probes/mode");
	const char *number = value(user, "./probes/number");
	unsigned long wanted;

	if (!mode || !strmatch(mode, "at-least"))
		return !number || refuse(f, "%s: probes: a number is for `at-least` only", who);
	if (!number)
		return refuse(f, "%s: `probes at-least` needs a number", who);
	wanted = strtoul(number, NULL, 10);
	/* where none counts, none is asked */
	return rule_number(f, who, wanted, use->all, "") &&
	       (!use->owner || rule_number(f, who, wanted, use->owner, " at the owner")) &&
	       (!use->standby || rule_number(f, who, wanted, use->standby, " at a standby"));
}

/* The container `probes` of a member or track. */
static bool rule_use(struct facts *f, const char *who, const struct lyd_node *user,
		     struct fact_use *ret_use)
{
	const struct lyd_node *child;

	*ret_use = (struct fact_use){ .user = user };
	LY_LIST_FOR (lyd_child(frrd_nb_probe_node(user, "./probes")), child) {
		if (child->schema->nodetype != LYS_LIST)
			continue;
		if (!rule_ref(f, who, key(child)))
			return false;
		count_ref(ret_use, child);
	}
	return rule_combine(f, who, user, ret_use);
}

static bool rule_member(struct facts *f, const struct lyd_node *member)
{
	char who[WHO_SIZE];
	struct fact_use use;

	snprintf(who, sizeof(who), "group %s site %s", key(lyd_parent(member)), key(member));
	return rule_use(f, who, member, &use);
}

/* --- tracks --------------------------------------------------------------- */

static bool rule_track_prefix(struct facts *f, const char *name, const struct prefix *p,
			      const struct fact_member *nexthop)
{
	struct route_node *rn = route_node_lookup(f->track_index[p->family == AF_INET6], p);
	const char *first = rn->info;

	route_unlock_node(rn);
	if (!strmatch(first, name))
		return refuse(f, "prefix %pFX of track %s is that of track %s already", p, name,
			      first);
	if (!frrd_rule_prefix_apart(f, "track", name, p))
		return false;
	if (nexthop->ifname || nexthop->blackhole ||
	    (p->family == AF_INET6 ? nexthop->ipv6 : nexthop->ipv4))
		return true;
	return refuse(f, "track %s: prefix %pFX needs a next-hop: an %s address, an interface, or blackhole",
		      name, p, family_name(p));
}

static bool rule_no_roles(struct facts *f, const char *name, const struct lyd_node *dnode)
{
	const struct lyd_node *child;

	LY_LIST_FOR (lyd_child(frrd_nb_probe_node(dnode, "./probes")), child)
		if (child->schema->nodetype == LYS_LIST && value(child, "./role") &&
		    !strmatch(value(child, "./role"), "both"))
			return refuse(f, "track %s: probe %s has a role, which is for the sites of a group: a track has no owner",
				      name, key(child));
	return true;
}

static bool rule_track(struct facts *f, const struct lyd_node *dnode)
{
	const char *name = key(dnode);
	const char *blackhole = value(dnode, "./next-hop/blackhole");
	const struct fact_member nexthop = {
		.ipv4 = value(dnode, "./next-hop/ipv4-address"),
		.ipv6 = value(dnode, "./next-hop/ipv6-address"),
		.ifname = value(dnode, "./next-hop/interface"),
		.blackhole = blackhole && strmatch(blackhole, "true"),
	};
	const struct lyd_node *child;
	struct fact_use use;
	char who[WHO_SIZE];
	struct prefix p;

	snprintf(who, sizeof(who), "track %s", name);
	if (!rule_use(f, who, dnode, &use) || !rule_no_roles(f, name, dnode) ||
	    !frrd_rule_nexthop(f, who, &nexthop))
		return false;
	LY_LIST_FOR (lyd_child(dnode), child) {
		if (!strmatch(child->schema->name, "prefix"))
			continue;
		(void)str2prefix(lyd_get_value(child), &p);
		if (!rule_track_prefix(f, name, &p, &nexthop))
			return false;
		if (!use.all)
			return refuse(f, "track %s: prefix %pFX is announced while its probes are up, so there has to be one; configure `probe NAME` first",
				      name, &p);
	}
	return true;
}

/* --- all, and one --------------------------------------------------------- */

static bool rule_object(struct facts *f, const struct lyd_node *dnode)
{
	const char *list = dnode->schema->name;
	const struct lyd_node *child;

	if (strmatch(list, "probe"))
		return rule_probe(f, dnode);
	if (strmatch(list, "track"))
		return rule_track(f, dnode);
	if (!strmatch(list, "group"))
		return true;
	LY_LIST_FOR (lyd_child(dnode), child)
		if (strmatch(child->schema->name, "member") && !rule_member(f, child))
			return false;
	return true;
}

bool frrd_rule_probes(struct facts *f)
{
	const struct lyd_node *child;

	LY_LIST_FOR (lyd_child(f->root), child)
		if (!rule_object(f, child))
			return false;
	return true;
}

bool frrd_rule_probes_at(struct facts *f, const char *xpath)
{
	const char *list = xpath + strlen(FRRD_NB_ROOT);
	const char *end = strchr(xpath, ']');
	const struct lyd_node *dnode;

	if (!end || (strncmp(list, "/probe[", 7) && strncmp(list, "/track[", 7) &&
		     !strstr(end, "/probes/")))
		return true;
	dnode = yang_dnode_getf(f->root, "%.*s", (int)(end + 1 - xpath), xpath);
	return !dnode || rule_object(f, dnode);
}

/* --- one more, where the others are known ---------------------------------- */

/* The member or track around a probe that it names. */
static const struct lyd_node *user_of(const struct lyd_node *ref)
{
	return lyd_parent(lyd_parent(ref));
}

void frrd_facts_use_read(struct facts *f, const struct lyd_node *ref)
{
	const struct lyd_node *other;

	f->use = (struct fact_use){ .user = user_of(ref) };
	LY_LIST_FOR (lyd_child(lyd_parent(ref)), other)
		if (other->schema->nodetype == LYS_LIST)
			count_ref(&f->use, other);
}

bool frrd_facts_use_known(const struct facts *f, const struct lyd_node *ref)
{
	return f->use.user == user_of(ref);
}

bool frrd_rule_probe_use_add(struct facts *f, const struct lyd_node *ref)
{
	const struct lyd_node *user = user_of(ref);
	char who[WHO_SIZE];

	/* that the probes of a track have no roles is seen to by the command */
	if (strmatch(user->schema->name, "track"))
		snprintf(who, sizeof(who), "track %s", key(user));
	else
		snprintf(who, sizeof(who), "group %s site %s", key(lyd_parent(user)), key(user));
	count_ref(&f->use, ref);
	return rule_ref(f, who, key(ref)) && rule_combine(f, who, user, &f->use);
}
