// SPDX-License-Identifier: GPL-2.0-or-later
/* Asking the other daemons; see frrd_preflight_facts.h. */

#include <zebra.h>

#include "memory.h"

#include "frrd/frrd_config.h"
#include "frrd/frrd_marker.h"
#include "frrd/frrd_preflight_facts.h"
#include "frrd/frrd_vtyclient.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_FACTS, "Facts about other daemons");
DEFINE_MTYPE_STATIC(FRRD, FRRD_FACTS_TEXT, "Text of another daemon");

#define GATHER_MS 2000

/* What is asked first; the prefixes follow, in the order of the facts. */
enum { BGPD_CONFIG, BGPD_NEIGHBORS, BGPD_RMAPS, BGPD_LISTS4, BGPD_LISTS6, BGPD_FIXED };
static const char *const bgpd_commands[BGPD_FIXED] = {
	[BGPD_CONFIG] = "show running-config",
	[BGPD_NEIGHBORS] = "show bgp neighbors json",
	[BGPD_RMAPS] = "show route-map json",
	[BGPD_LISTS4] = "show ip prefix-list json",
	[BGPD_LISTS6] = "show ipv6 prefix-list json",
};
#define BGPD_COMMANDS_MAX (BGPD_FIXED + FRRD_SITE_MAX + 1 + FRRD_PF_ASKED_PREFIXES)

static const char *const bfdd_commands[] = { "show bfd peers json" };

enum { ZEBRA_CONFIG, ZEBRA_STATUS, ZEBRA_ROUTES };
static const char *const zebra_commands[] = {
	[ZEBRA_CONFIG] = "show running-config",
	[ZEBRA_STATUS] = "show zebra",
	/* by enum frrd_pf_local, then by family */
	[ZEBRA_ROUTES] = "show ip route connected json",
	"show ipv6 route connected json",
	"show ip route static json",
	"show ipv6 route static json",
	"show ip route kernel json",
	"show ipv6 route kernel json",
};

struct gather {
	struct frrd_pf_facts *facts;
	unsigned int waiting; /* daemons that have not answered */
	void (*done)(struct frrd_pf_facts *facts, void *arg);
	void *arg;
};

/* --- JSON --- */

struct json_object *frrd_jo(struct json_object *obj, const char *key)
{
	struct json_object *value;

	if (!json_object_is_type(obj, json_type_object) ||
	    !json_object_object_get_ex(obj, key, &value))
		return NULL;
	return value;
}

const char *frrd_js(struct json_object *obj, const char *key)
{
	struct json_object *value = frrd_jo(obj, key);

	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

int64_t frrd_ji(struct json_object *obj, const char *key)
{
	return json_object_get_int64(frrd_jo(obj, key));
}

bool frrd_jb(struct json_object *obj, const char *key)
{
	return json_object_get_boolean(frrd_jo(obj, key));
}

static struct json_object *parse(const char *text)
{
	return text ? json_tokener_parse(text) : NULL;
}

/* `show route-map json` and its like put the answer below the daemon's name. */
static struct json_object *parse_below(const char *text, const char *key)
{
	struct json_object *all = parse(text);
	struct json_object *part = json_object_get(frrd_jo(all, key));

	json_object_put(all);
	return part;
}

/* --- running configuration --- */

/* Copies the next line without its end into buf; NULL after the last one. */
static const char *next_line(const char *text, char *buf, size_t size)
{
	size_t length = strcspn(text, "\r\n");

	if (!*text)
		return NULL;
	snprintf(buf, size, "%.*s", (int)length, text);
	text += length;
	return text + strspn(text, "\r\n");
}

static int address_family(const char *line)
{
	if (strmatch(line, "address-family ipv4 unicast"))
		return AF_INET;
	if (strmatch(line, "address-family ipv6 unicast"))
		return AF_INET6;
	return -1;
}

/* "router bgp 65001", but not "router bgp 65001 vrf red". */
static bool is_default_bgp(const char *line)
{
	return strncmp(line, "router bgp ", 11) == 0 && !strstr(line, " vrf ") &&
	       !strstr(line, " view ");
}

void frrd_bgp_lines(const char *config, void (*line)(const char *text, int family, void *arg),
		    void *arg)
{
	int family = AF_UNSPEC;
	bool inside = false;
	char buf[1024];

	while (config && (config = next_line(config, buf, sizeof(buf)))) {
		const char *text = buf + strspn(buf, " ");

		if (text == buf && *text != '!') {
			inside = is_default_bgp(buf);
			family = AF_UNSPEC;
		}
		if (!inside || *text == '!' || !*text)
			continue;
		if (strncmp(text, "address-family ", 15) == 0)
			family = address_family(text);
		else if (strmatch(text, "exit-address-family"))
			family = AF_UNSPEC;
		else
			line(text, family, arg);
	}
}

/* The first line of the block that begins like this; `whole`: that is it. */
static bool find_line(const char *config, const char *block, const char *begin, bool whole,
		      char *ret_rest, size_t size)
{
	size_t length = strlen(begin);
	bool inside = !block;
	char buf[1024];

	while (config && (config = next_line(config, buf, sizeof(buf)))) {
		const char *text = buf + strspn(buf, " ");

		if (text == buf && *text != '!')
			inside = !block || strmatch(buf, block);
		if (!inside || (!block && text != buf) || strncmp(text, begin, length) != 0 ||
		    (whole && text[length]))
			continue;
		strlcpy(ret_rest, text + length, size);
		return true;
	}
	return false;
}

bool frrd_config_has(const char *config, const char *block, const char *line)
{
	char rest[4];

	return find_line(config, block, line, true, rest, sizeof(rest));
}

bool frrd_config_rest(const char *config, const char *block, const char *begin, char *ret_rest,
		      size_t size)
{
	return find_line(config, block, begin, false, ret_rest, size);
}

static void learn_line(const char *text, int family, void *arg)
{
	struct frrd_pf_facts *facts = arg;
	struct frrd_pf_redistribute *redistribute;
	const char *rmap, *rest;
	char line[64];

	if (sscanf(text, "router bgp %15s", facts->as) == 1)
		snprintf(facts->block, sizeof(facts->block), "router bgp %s", facts->as);
	if (family <= 0)
		return;
	redistribute = &facts->redistribute[frrd_pf_family(family)];
	/* bgpd 8.4 takes the number in IPv4 only. */
	if (family == AF_INET)
		snprintf(line, sizeof(line), "redistribute table %u", frrd_config.route_table);
	else
		snprintf(line, sizeof(line), "redistribute table");
	if (strncmp(text, line, strlen(line)) != 0)
		return;
	rest = text + strlen(line);
	if (*rest && *rest != ' ')
		return; /* another number that begins like this one */
	redistribute->present = true;
	rmap = strstr(rest, " route-map ");
	if (rmap)
		sscanf(rmap, " route-map %127s", redistribute->rmap);
}

/* --- asking --- */

static void ask_prefix(struct frrd_pf_asked *asked, const struct prefix *p)
{
	prefix_copy(&asked->prefix, p);
}

/* Beacons of all sites, and the first prefixes that this site should announce now. */
static void choose_prefixes(struct frrd_pf_facts *facts)
{
	struct frrd_site *site;
	struct frrd_grp *grp;
	struct prefix p;

	frr_each (frrd_sites, &frrd_config.sites, site) {
		if (frrd_config.arbiter != FRRD_ARBITER_BGP)
			break; /* no other knows beacons */
		if (site->beacon.family)
			ask_prefix(&facts->beacons[site->id], &site->beacon);
		else if (site->id && frrd_marker_prefix(FRRD_MARKER_BEACON, site->id, 0, &p))
			ask_prefix(&facts->beacons[site->id], &p);
	}
	frr_each (frrd_groups, &frrd_config.groups, grp) {
		struct frrd_route *route;

		if (grp->fsm.state != FRRD_STATE_ACTIVE)
			continue;
		frr_each (frrd_route_list, &grp->routes.list, route) {
			if (facts->owned_count == FRRD_PF_ASKED_PREFIXES)
				return;
			if (route->status != FRRD_ROUTE_INSTALLED)
				continue;
			frrd_route_prefix(route, &p);
			ask_prefix(&facts->owned[facts->owned_count++], &p);
		}
	}
}

static void answered_one(struct gather *gather)
{
	if (--gather->waiting)
		return;
	gather->done(gather->facts, gather->arg);
	XFREE(MTYPE_FRRD_FACTS, gather);
}

static void take_error(const struct frrd_vtyclient *client, char *buf, size_t size)
{
	const char *error = frrd_vtyclient_error(client);

	if (error)
		strlcpy(buf, error, size);
}

static char *take_text(const struct frrd_vtyclient *client, size_t index)
{
	const char *text = frrd_vtyclient_answer(client, index);

	return text ? XSTRDUP(MTYPE_FRRD_FACTS_TEXT, text) : NULL;
}

static void bgpd_done(struct frrd_vtyclient *client, void *arg)
{
	struct gather *gather = arg;
	struct frrd_pf_facts *facts = gather->facts;
	size_t index = BGPD_FIXED;

	take_error(client, facts->bgpd_error, sizeof(facts->bgpd_error));
	facts->bgpd_config = take_text(client, BGPD_CONFIG);
	frrd_bgp_lines(facts->bgpd_config, learn_line, facts);
	facts->neighbors = parse(frrd_vtyclient_answer(client, BGPD_NEIGHBORS));
	facts->route_maps = parse_below(frrd_vtyclient_answer(client, BGPD_RMAPS), "BGP");
	facts->prefix_lists[FRRD_PF_IPV4] =
		parse_below(frrd_vtyclient_answer(client, BGPD_LISTS4), "BGP");
	facts->prefix_lists[FRRD_PF_IPV6] =
		parse_below(frrd_vtyclient_answer(client, BGPD_LISTS6), "BGP");
	for (size_t i = 0; i < array_size(facts->beacons); i++)
		if (facts->beacons[i].prefix.family)
			facts->beacons[i].table = parse(frrd_vtyclient_answer(client, index++));
	for (size_t i = 0; i < facts->owned_count; i++)
		facts->owned[i].table = parse(frrd_vtyclient_answer(client, index++));
	answered_one(gather);
}

static void bfdd_done(struct frrd_vtyclient *client, void *arg)
{
	struct gather *gather = arg;

	take_error(client, gather->facts->bfdd_error, sizeof(gather->facts->bfdd_error));
	gather->facts->bfd_peers = parse(frrd_vtyclient_answer(client, 0));
	answered_one(gather);
}

static void zebra_done(struct frrd_vtyclient *client, void *arg)
{
	struct gather *gather = arg;
	struct frrd_pf_facts *facts = gather->facts;

	take_error(client, facts->zebra_error, sizeof(facts->zebra_error));
	facts->zebra_config = take_text(client, ZEBRA_CONFIG);
	facts->zebra_status = take_text(client, ZEBRA_STATUS);
	for (size_t i = 0; i < FRRD_PF_LOCALS; i++)
		for (size_t j = 0; j < FRRD_PF_FAMILIES; j++)
			facts->local_routes[i][j] = parse(frrd_vtyclient_answer(
				client, ZEBRA_ROUTES + i * FRRD_PF_FAMILIES + j));
	answered_one(gather);
}

static void ask_bgpd(struct gather *gather)
{
	const char *commands[BGPD_COMMANDS_MAX];
	char lines[BGPD_COMMANDS_MAX][96];
	size_t count = 0;

	for (; count < BGPD_FIXED; count++)
		commands[count] = bgpd_commands[count];
	for (size_t i = 0; i < array_size(gather->facts->beacons) + gather->facts->owned_count;
	     i++) {
		const struct frrd_pf_asked *asked =
			i < array_size(gather->facts->beacons)
				? &gather->facts->beacons[i]
				: &gather->facts->owned[i - array_size(gather->facts->beacons)];

		if (!asked->prefix.family)
			continue;
		snprintfrr(lines[count], sizeof(lines[count]), "show bgp %s unicast %pFX json",
			   asked->prefix.family == AF_INET ? "ipv4" : "ipv6", &asked->prefix);
		commands[count] = lines[count];
		count++;
	}
	frrd_vtyclient_ask("bgpd", commands, count, GATHER_MS, bgpd_done, gather);
}

void frrd_pf_gather(void (*done)(struct frrd_pf_facts *facts, void *arg), void *arg)
{
	struct gather *gather = XCALLOC(MTYPE_FRRD_FACTS, sizeof(*gather));

	gather->facts = XCALLOC(MTYPE_FRRD_FACTS, sizeof(*gather->facts));
	gather->done = done;
	gather->arg = arg;
	gather->waiting = 3;
	choose_prefixes(gather->facts);
	ask_bgpd(gather);
	frrd_vtyclient_ask("bfdd", bfdd_commands, array_size(bfdd_commands), GATHER_MS, bfdd_done,
			   gather);
	frrd_vtyclient_ask("zebra", zebra_commands, array_size(zebra_commands), GATHER_MS,
			   zebra_done, gather);
}

void frrd_preflight_facts_free(struct frrd_pf_facts *facts)
{
	XFREE(MTYPE_FRRD_FACTS_TEXT, facts->bgpd_config);
	XFREE(MTYPE_FRRD_FACTS_TEXT, facts->zebra_config);
	XFREE(MTYPE_FRRD_FACTS_TEXT, facts->zebra_status);
	json_object_put(facts->neighbors);
	json_object_put(facts->route_maps);
	json_object_put(facts->bfd_peers);
	for (size_t i = 0; i < FRRD_PF_FAMILIES; i++)
		json_object_put(facts->prefix_lists[i]);
	for (size_t i = 0; i < array_size(facts->beacons); i++)
		json_object_put(facts->beacons[i].table);
	for (size_t i = 0; i < facts->owned_count; i++)
		json_object_put(facts->owned[i].table);
	for (size_t i = 0; i < FRRD_PF_LOCALS; i++)
		for (size_t j = 0; j < FRRD_PF_FAMILIES; j++)
			json_object_put(facts->local_routes[i][j]);
	XFREE(MTYPE_FRRD_FACTS, facts);
}
