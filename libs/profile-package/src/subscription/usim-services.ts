/** Names of the services of EF.UST, service 1 first (3GPP TS 31.102 section 4.2.8). Numbers 26, 50 and 98 mean nothing. */
const NAMES: readonly string[] = `
  local phone book
  fixed dialling numbers (FDN)
  extension 2
  service dialling numbers (SDN)
  extension 3
  barred dialling numbers (BDN)
  extension 4
  outgoing call information
  incoming call information
  short message storage (SMS)
  short message status reports (SMSR)
  short message service parameters (SMSP)
  advice of charge (AoC)
  capability configuration parameters 2 (CCP2)
  cell broadcast message identifiers
  cell broadcast message identifier ranges
  group identifier level 1
  group identifier level 2
  service provider name
  user controlled PLMN selector with access technology
  MSISDN
  image (IMG)
  localised service areas (SoLSA)
  enhanced multi-level precedence and pre-emption (eMLPP)
  automatic answer for eMLPP
  -
  GSM access
  data download via SMS-PP
  data download via SMS-CB
  call control by USIM
  MO-SMS control by USIM
  RUN AT COMMAND
  always set
  enabled services table
  APN control list (ACL)
  depersonalisation control keys
  co-operative network list
  GSM security context
  CPBCCH information
  investigation scan
  MExE
  operator controlled PLMN selector with access technology
  HPLMN selector with access technology
  extension 5
  PLMN network name
  operator PLMN list
  mailbox dialling numbers
  message waiting indication status
  call forwarding indication status
  -
  service provider display information
  multimedia messaging (MMS)
  extension 8
  call control on GPRS by USIM
  MMS user connectivity parameters
  network's indication of alerting (NIA)
  VGCS group identifier list
  VBS group identifier list
  pseudonym
  user controlled PLMN selector for I-WLAN
  operator controlled PLMN selector for I-WLAN
  user controlled WSID list
  operator controlled WSID list
  VGCS security
  VBS security
  WLAN reauthentication identity
  multimedia messages storage
  generic bootstrapping architecture (GBA)
  MBMS security
  data download via USSD
  equivalent HPLMN
  additional TERMINAL PROFILE after activation
  equivalent HPLMN presentation indication
  last RPLMN selection indication
  OMA BCAST smart card profile
  GBA-based local key establishment
  terminal applications
  service provider name icon
  PLMN network name icon
  connectivity parameters for USIM IP connections
  home I-WLAN specific identifier list
  I-WLAN equivalent HPLMN presentation indication
  I-WLAN HPLMN priority indication
  I-WLAN last registered PLMN
  EPS mobility management information
  allowed CSG lists
  call control on EPS PDN connection by USIM
  HPLMN direct access
  eCall data
  operator CSG lists
  SM over IP
  CSG display control
  communication control for IMS by USIM
  extended terminal applications
  UICC access to IMS
  non-access stratum configuration
  PWS configuration
  -
  URI support
  extended EARFCN
  ProSe
  USAT application pairing
  media type
  IMS call disconnection cause
  URI support for MO short message control
  ePDG configuration information, support
  ePDG configuration information, configured
  ACDC
  mission critical services
  ePDG configuration information for emergency, support
  ePDG configuration information for emergency, configured
  eCall data over IMS
  URI support for SMS-PP download
  from preferred
  IMS configuration data
  TV configuration
  3GPP PS data off
  3GPP PS data off service list
  V2X
  XCAP configuration data
  EARFCN list for MTC and NB-IoT
  5GS mobility management information
  5G security parameters
  subscription identifier privacy
  SUCI calculation by the USIM
  UAC access identities
  control plane-based steering in VPLMN
  call control on PDU session by USIM
  5GS operator PLMN list
  SUPI of type NSI, GLI or GCI
  3GPP PS data off, separate home and roaming lists
  URSP by USIM
  5G security parameters, extended
  MuD and MiD configuration data
  trusted non-3GPP access networks
  NAS security contexts for multiple registration
  pre-configured CAG information list
  SOR-CMCI storage
  5G ProSe
  disaster roaming information
  pre-configured eDRX parameters
  5G NSWO
  PWS configuration for SNPN
  multiplier for PLMN search via satellite NG-RAN
  KAUSF derivation configuration
`
  .trim()
  .split('\n')
  .map((line) => line.trim());

/** A service of EF.UST. */
export interface UsimService {
  /** 1.. */
  readonly number: number;
  /** undefined for numbers of later editions, and reserved ones */
  readonly name: string | undefined;
}

/** The services that EF.UST has, by number: bit 1 of the first octet is service 1 (3GPP TS 31.102 section 4.2.8). */
export function decodeServiceTable(octets: Uint8Array): UsimService[] {
  return [...octets].flatMap((octet, at) =>
    [0, 1, 2, 3, 4, 5, 6, 7]
      .filter((bit) => (octet & (1 << bit)) !== 0)
      .map((bit) => {
        const number = 8 * at + bit + 1;
        const name = NAMES[number - 1];
        return { number, name: name === '-' ? undefined : name };
      }),
  );
}
