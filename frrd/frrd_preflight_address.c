// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Preflight: what follows a change of addresses.  Are the programs there, may they be
 * started, and can they read the key?
 */

#include <zebra.h>

#include "frrd/frrd_address.h"
#include "frrd/frrd_files.h"
#include "frrd/frrd_preflight.h"

/* The same as frrd-io gives to programs. */
static const char *const folders[] = { "/usr/sbin", "/usr/bin", "/sbin", "/bin" };

static bool in_path(const char *name)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < array_size(folders); i++) {
		snprintf(path, sizeof(path), "%s/%s", folders[i], name);
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}

static void check_program(struct frrd_preflight *pf, const struct frrd_grp *grp, const char *name)
{
	char program[PATH_MAX], reason[FRRD_IPC_TEXT];

	frrd_address_program(name, program, sizeof(program));
	if (!frrd_pf_program_runs(program, reason))
		frrd_pf_add(pf, FRRD_PF_ERROR, "address-change", grp->name,
			    "%s will not be started: %s", program, reason);
}

/* frrd and the programs are the same user. */
static void check_key(struct frrd_preflight *pf, const struct frrd_grp *grp)
{
	const char *file = frrd_address_key_file(grp);
	struct stat st;

	if (!file[0])
		return;
	if (stat(file, &st) < 0 || faccessat(AT_FDCWD, file, R_OK, AT_EACCESS) < 0)
		frrd_pf_add(pf, FRRD_PF_ERROR, "address-change", grp->name,
			    "dns-key-file %s cannot be read: %s", file, strerror(errno));
	else if (st.st_mode & S_IRWXO)
		frrd_pf_add(pf, FRRD_PF_WARNING, "address-change", grp->name,
			    "dns-key-file %s is open to everybody on this router: whoever has the key changes the zone",
			    file);
}

static void check_dns(struct frrd_preflight *pf, const struct frrd_grp *grp)
{
	static const char *const needed[] = { "dig", "nsupdate" };

	check_program(pf, grp, "dns-update");
	for (size_t i = 0; i < array_size(needed); i++)
		if (!in_path(needed[i]))
			frrd_pf_add(pf, FRRD_PF_WARNING, "address-change", grp->name,
				    "dns-update needs %s, which is not installed (package bind9-dnsutils)",
				    needed[i]);
	check_key(pf, grp);
}

void frrd_pf_check_address(struct frrd_preflight *pf)
{
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp) {
		if (grp->removed || !frrd_member_local(grp) || !grp->address)
			continue;
		if (!frrd_map_used(grp))
			frrd_pf_add(pf, FRRD_PF_WARNING, "address-change", grp->name,
				    "no site has a `map` line, so the addresses never change: no record is updated and nobody is told");
		if (frrd_address_has_dns(grp))
			check_dns(pf, grp);
		if (frrd_address_targets(grp))
			check_program(pf, grp, "notify");
	}
}
