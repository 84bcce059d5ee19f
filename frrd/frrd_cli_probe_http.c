// SPDX-License-Identifier: GPL-2.0-or-later
/* Configuration commands of an http probe: what to ask for, and TLS; see frrd_cli_probe.c. */

#include <zebra.h>

#include "command.h"
#include "northbound_cli.h"

#include "frrd_cli_nodes.h"
#include "frrd/frrd_cli.h"
#include "frrd/frrd_nb.h"
#ifndef VTYSH_EXTRACT_PL
#include "frrd/frrd_cli_probe_http_clippy.c"
#endif

#define SM_TLS_STR "TLS towards the server, with an https URL\n"

DEFPY_YANG (probe_method,
	probe_method_cmd,
	"[no] method <get|head>$method",
	NO_STR
	"Method of the request\n"
	"GET (default)\n"
	"HEAD: the answer has no body\n")
{
	return frrd_cli_probe_option(vty, "http", "./http/method", no ? NULL : method);
}

DEFPY_YANG (probe_host_header,
	probe_host_header_cmd,
	"[no] host-header HOST$host",
	NO_STR
	"Host to ask for, where it is not that of the URL\n"
	"Name or address\n")
{
	return frrd_cli_probe_option(vty, "http", "./http/host-header", no ? NULL : host);
}

DEFPY_YANG (probe_status,
	probe_status_cmd,
	"[no] status LIST$list",
	NO_STR
	"Status codes that are good\n"
	"Codes and ranges such as 200-299,304 (default 200-299)\n")
{
	return frrd_cli_probe_option(vty, "http", "./http/status", no ? NULL : list);
}

DEFPY_YANG (probe_body_match,
	probe_body_match_cmd,
	"body-match LINE...",
	"Text that has to occur in the body\n"
	"Text\n")
{
	char *text = argv_concat(argv, argc, 1);
	int ret = frrd_cli_probe_option(vty, "http", "./http/body-match", text);

	XFREE(MTYPE_TMP, text);
	return ret;
}

DEFPY_YANG (no_probe_body_match,
	no_probe_body_match_cmd,
	"no body-match LINE...",
	NO_STR
	"Text that has to occur in the body\n"
	"Text\n")
{
	return frrd_cli_probe_option(vty, "http", "./http/body-match", NULL);
}

DEFPY_YANG (no_probe_http_option,
	no_probe_http_option_cmd,
	"no <method|host-header|status|body-match>$what",
	NO_STR
	"Method of the request\n"
	"Host to ask for\n"
	"Status codes that are good\n"
	"Text that has to occur in the body\n")
{
	char path[32];

	snprintf(path, sizeof(path), "./http/%s", what);
	return frrd_cli_probe_option(vty, "http", path, NULL);
}

DEFPY_YANG (probe_tls_verify,
	probe_tls_verify_cmd,
	"[no] tls verify",
	NO_STR
	SM_TLS_STR
	"The certificate has to be valid: chain, dates and name (default)\n")
{
	return frrd_cli_probe_option(vty, "http", "./http/tls/verify", no ? "false" : NULL);
}

DEFPY_YANG (probe_tls_ca_file,
	probe_tls_ca_file_cmd,
	"[no] tls ca-file PATH$path",
	NO_STR
	SM_TLS_STR
	"Certification authorities, where they are not the system's\n"
	"Absolute path of a file (PEM)\n")
{
	return frrd_cli_probe_option(vty, "http", "./http/tls/ca-file", no ? NULL : path);
}

DEFPY_YANG (probe_tls_server_name,
	probe_tls_server_name_cmd,
	"[no] tls server-name NAME$name",
	NO_STR
	SM_TLS_STR
	"Name to ask for and to find in the certificate\n"
	"Name, where it is not the host of the URL\n")
{
	return frrd_cli_probe_option(vty, "http", "./http/tls/server-name", no ? NULL : name);
}

DEFPY_YANG (no_probe_tls_option,
	no_probe_tls_option_cmd,
	"no tls <ca-file|server-name>$what",
	NO_STR
	SM_TLS_STR
	"Certification authorities, where they are not the system's\n"
	"Name to ask for and to find in the certificate\n")
{
	char path[32];

	snprintf(path, sizeof(path), "./http/tls/%s", what);
	return frrd_cli_probe_option(vty, "http", path, NULL);
}

DEFPY_YANG (probe_tls_certificate,
	probe_tls_certificate_cmd,
	"tls certificate-file PATH$certificate key-file PATH$key",
	SM_TLS_STR
	"Own certificate, for servers that ask for one\n"
	"Absolute path of a file (PEM)\n"
	"Its key\n"
	"Absolute path of a file (PEM)\n")
{
	if (!frrd_cli_probe_value_ok(vty, "./http/tls/key-file", key))
		return CMD_WARNING_CONFIG_FAILED;
	frrd_cli_probe_change(vty, "./http/tls/key-file", key);
	return frrd_cli_probe_option(vty, "http", "./http/tls/certificate-file", certificate);
}

DEFPY_YANG (no_probe_tls_certificate,
	no_probe_tls_certificate_cmd,
	"no tls certificate-file [PATH key-file PATH]",
	NO_STR
	SM_TLS_STR
	"Own certificate\n"
	"Absolute path of a file (PEM)\n"
	"Its key\n"
	"Absolute path of a file (PEM)\n")
{
	frrd_cli_probe_change(vty, "./http/tls/key-file", NULL);
	return frrd_cli_probe_option(vty, "http", "./http/tls/certificate-file", NULL);
}

void frrd_cli_probe_http_init(void)
{
	install_element(SUBNET_MOVER_PROBE_NODE, &probe_method_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &probe_host_header_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &probe_status_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &probe_body_match_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &no_probe_body_match_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &no_probe_http_option_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &probe_tls_verify_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &probe_tls_ca_file_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &probe_tls_server_name_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &no_probe_tls_option_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &probe_tls_certificate_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &no_probe_tls_certificate_cmd);
}
