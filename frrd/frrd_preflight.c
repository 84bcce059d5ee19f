// SPDX-License-Identifier: GPL-2.0-or-later
/* Preflight: its findings, and how they are shown; see frrd_preflight.h. */

#include <zebra.h>

#include "command.h"
#include "memory.h"

#include "frrd/frrd_bgpconfig.h"
#include "frrd/frrd_marker.h"
#include "frrd/frrd_preflight.h"
#include "frrd/frrd_vtyreply.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_FINDING, "Finding of preflight");

#define SUBNET_MOVER_STR "Subnet mover\n"
#define TYPE_LINES_MAX 12

struct frrd_finding {
	enum frrd_severity severity;
	const char *check;
	char *object;
	char *text;
	const char *where; /* NULL: vtysh of this router, configuration mode */
	char *type[TYPE_LINES_MAX];
	size_t type_count;
};

static const char *const severity_names[FRRD_PF_SEVERITIES] = {
	[FRRD_PF_OK] = "ok",
	[FRRD_PF_WARNING] = "warning",
	[FRRD_PF_ERROR] = "error",
};

/* --- findings --- */

void frrd_pf_add(struct frrd_preflight *pf, enum frrd_severity severity, const char *check,
		 const char *object, const char *format, ...)
{
	struct frrd_finding *finding;
	va_list args;

	pf->findings = XREALLOC(MTYPE_FRRD_FINDING, pf->findings,
				(pf->count + 1) * sizeof(*pf->findings));
	finding = &pf->findings[pf->count++];
	memset(finding, 0, sizeof(*finding));
	finding->severity = severity;
	finding->check = check;
	finding->object = XSTRDUP(MTYPE_FRRD_FINDING, object);
	va_start(args, format);
	finding->text = vasprintfrr(MTYPE_FRRD_FINDING, format, args);
	va_end(args);
}

void frrd_pf_type(struct frrd_preflight *pf, const char *format, ...)
{
	struct frrd_finding *finding = &pf->findings[pf->count - 1];
	va_list args;

	if (finding->type_count == TYPE_LINES_MAX)
		return;
	va_start(args, format);
	finding->type[finding->type_count++] = vasprintfrr(MTYPE_FRRD_FINDING, format, args);
	va_end(args);
}

void frrd_pf_type_at(struct frrd_preflight *pf, const char *where)
{
	pf->findings[pf->count - 1].where = where;
}

static void findings_free(struct frrd_preflight *pf)
{
	for (size_t i = 0; i < pf->count; i++) {
		struct frrd_finding *finding = &pf->findings[i];

		for (size_t j = 0; j < finding->type_count; j++)
			XFREE(MTYPE_FRRD_FINDING, finding->type[j]);
		XFREE(MTYPE_FRRD_FINDING, finding->object);
		XFREE(MTYPE_FRRD_FINDING, finding->text);
	}
	XFREE(MTYPE_FRRD_FINDING, pf->findings);
}

/* --- what several checks ask --- */

bool frrd_pf_example(const struct frrd_grp *grp, int family, struct prefix *ret_prefix)
{
	const struct frrd_route *route;

	frr_each (frrd_route_list_const, &grp->routes.list, route) {
		if (route->family != family || !frrd_route_is_here(route))
			continue;
		frrd_route_prefix(route, ret_prefix);
		return true;
	}
	return false;
}

bool frrd_pf_example_of_others(const struct frrd_grp *grp, int family, struct prefix *ret_prefix)
{
	const struct frrd_route *route;

	frr_each (frrd_route_list_const, &grp->routes.list, route) {
		if (route->family != family || !route->sources || frrd_route_is_here(route))
			continue;
		frrd_route_prefix(route, ret_prefix);
		return true;
	}
	return frrd_pf_example(grp, family, ret_prefix);
}

bool frrd_pf_family_needed(int family)
{
	struct frrd_grp *grp;
	struct prefix p;

	if (frrd_pf_markers() && frrd_config.marker_range.family == family)
		return true;
	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (!grp->removed && frrd_member_local(grp) && frrd_pf_example(grp, family, &p))
			return true;
	return false;
}

bool frrd_pf_own_beacon(const struct frrd_pf_facts *facts, struct prefix *ret_prefix)
{
	const struct frrd_site *site = frrd_site_local();

	if (!frrd_pf_markers() || !site || !site->id || !facts->beacons[site->id].prefix.family)
		return false;
	prefix_copy(ret_prefix, &facts->beacons[site->id].prefix);
	return true;
}

/* --- show --- */

static unsigned int count_of(const struct frrd_preflight *pf, enum frrd_severity severity)
{
	unsigned int count = 0;

	for (size_t i = 0; i < pf->count; i++)
		count += pf->findings[i].severity == severity;
	return count;
}

static void print_finding(struct frrd_vtyreply *reply, const struct frrd_finding *finding)
{
	if (finding->severity == FRRD_PF_OK) {
		frrd_vtyreply_out(reply, "ok       %s: %s\n", finding->object, finding->text);
		return;
	}
	frrd_vtyreply_out(reply, "%-8s %s: %s\n",
			  finding->severity == FRRD_PF_ERROR ? "ERROR" : "WARNING",
			  finding->object, finding->text);
	if (!finding->type_count)
		return;
	frrd_vtyreply_out(reply, "         type this%s%s:\n", finding->where ? " at " : "",
			  finding->where ? finding->where : "");
	for (size_t i = 0; i < finding->type_count; i++)
		frrd_vtyreply_out(reply, "           %s\n", finding->type[i]);
}

/* The worst first. */
static void print_findings(struct frrd_vtyreply *reply, const struct frrd_preflight *pf)
{
	frrd_vtyreply_out(reply, "Preflight of site %s: %u errors, %u warnings, %u ok\n\n",
			  frrd_config.local_site[0] ? frrd_config.local_site : "(none)",
			  count_of(pf, FRRD_PF_ERROR), count_of(pf, FRRD_PF_WARNING),
			  count_of(pf, FRRD_PF_OK));
	for (int severity = FRRD_PF_ERROR; severity >= FRRD_PF_OK; severity--)
		for (size_t i = 0; i < pf->count; i++)
			if ((int)pf->findings[i].severity == severity)
				print_finding(reply, &pf->findings[i]);
}

static struct json_object *finding_json(const struct frrd_finding *finding)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *type = json_object_new_array();

	json_object_string_add(obj, "severity", severity_names[finding->severity]);
	json_object_string_add(obj, "check", finding->check);
	json_object_string_add(obj, "object", finding->object);
	json_object_string_add(obj, "text", finding->text);
	for (size_t i = 0; i < finding->type_count; i++)
		json_object_array_add(type, json_object_new_string(finding->type[i]));
	json_object_string_add(obj, "typeAt", finding->where ? finding->where : "vtysh");
	json_object_object_add(obj, "type", type);
	return obj;
}

static struct json_object *findings_json(const struct frrd_preflight *pf)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *findings = json_object_new_array();

	json_object_string_add(obj, "site", frrd_config.local_site);
	json_object_int_add(obj, "errors", count_of(pf, FRRD_PF_ERROR));
	json_object_int_add(obj, "warnings", count_of(pf, FRRD_PF_WARNING));
	json_object_int_add(obj, "ok", count_of(pf, FRRD_PF_OK));
	for (int severity = FRRD_PF_ERROR; severity >= FRRD_PF_OK; severity--)
		for (size_t i = 0; i < pf->count; i++)
			if ((int)pf->findings[i].severity == severity)
				json_object_array_add(findings, finding_json(&pf->findings[i]));
	json_object_object_add(obj, "findings", findings);
	return obj;
}

/* --- commands --- */

struct request {
	struct frrd_vtyreply *reply;
	bool json;
};

static struct request *request_begin(struct vty *vty, bool json)
{
	struct frrd_vtyreply *reply = frrd_vtyreply_suspend(vty);
	struct request *request;

	if (!reply)
		return NULL;
	request = XCALLOC(MTYPE_FRRD_FINDING, sizeof(*request));
	request->reply = reply;
	request->json = json;
	return request;
}

static void preflight_gathered(struct frrd_pf_facts *facts, void *arg)
{
	struct frrd_preflight pf = { .facts = facts };
	struct request *request = arg;
	int result;

	frrd_pf_check_site(&pf);
	frrd_pf_check_shadows(&pf);
	frrd_pf_check_attachments(&pf);
	frrd_pf_check_hooks(&pf);
	frrd_pf_check_maps(&pf);
	frrd_pf_check_bgp(&pf);
	frrd_pf_check_carried(&pf);
	frrd_pf_check_peers(&pf);
	frrd_pf_check_address(&pf);
	if (request->json)
		frrd_vtyreply_json(request->reply, findings_json(&pf));
	else
		print_findings(request->reply, &pf);
	/* An error makes `vtysh -c` fail, so that scripts can ask. */
	result = count_of(&pf, FRRD_PF_ERROR) ? CMD_WARNING_CONFIG_FAILED : CMD_SUCCESS;
	frrd_vtyreply_finish(request->reply, result);
	findings_free(&pf);
	frrd_preflight_facts_free(facts);
	XFREE(MTYPE_FRRD_FINDING, request);
}

DEFUN(show_subnet_mover_preflight, show_subnet_mover_preflight_cmd,
      "show subnet-mover preflight [json]",
      SHOW_STR
      SUBNET_MOVER_STR
      "What would make a move fail, and what to type against it\n"
      JSON_STR)
{
	struct request *request = request_begin(vty, use_json(argc, argv));

	if (!request)
		return CMD_WARNING;
	frrd_pf_gather(preflight_gathered, request);
	return CMD_SUSPEND;
}

static void bgp_config_gathered(struct frrd_pf_facts *facts, void *arg)
{
	struct request *request = arg;

	if (request->json)
		frrd_vtyreply_json(request->reply, frrd_bgpconfig_json(facts));
	else
		frrd_bgpconfig_print(request->reply, facts);
	frrd_vtyreply_finish(request->reply, CMD_SUCCESS);
	frrd_preflight_facts_free(facts);
	XFREE(MTYPE_FRRD_FINDING, request);
}

DEFUN(show_subnet_mover_bgp_config, show_subnet_mover_bgp_config_cmd,
      "show subnet-mover bgp-config [json]",
      SHOW_STR
      SUBNET_MOVER_STR
      "The lines that bgpd needs for this configuration\n"
      JSON_STR)
{
	struct request *request = request_begin(vty, use_json(argc, argv));

	if (!request)
		return CMD_WARNING;
	frrd_pf_gather(bgp_config_gathered, request);
	return CMD_SUSPEND;
}

void frrd_preflight_vty_init(void)
{
	install_element(VIEW_NODE, &show_subnet_mover_preflight_cmd);
	install_element(VIEW_NODE, &show_subnet_mover_bgp_config_cmd);
}
