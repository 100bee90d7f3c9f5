import { objectIdentifier, optional, Schema, type SequenceSchema, sequence, type Tlv } from '@tegata/der';
import { type FileCommand, type FileCommandInput, fileSchema } from './file.ts';
import { PeHeaderSchema } from './profile-header.ts';
import { constructedTag } from './tags.ts';

/**
 * The elements that make files from templates: their tags, and the names of their files in the order of the ASN.1. The
 * place in the list gives the tag of a file (the first is [2]); a question mark says that it may be absent.
 */
const DECLARATIONS = {
  mf: {
    tag: 0xb0,
    files: `
      mf ef-pl? ef-iccid ef-dir ef-arr ef-umpc?`,
  },
  cd: {
    tag: 0xb1,
    files: `
      df-cd ef-launchpad? ef-icon?`,
  },
  telecom: {
    tag: 0xb2,
    files: `
      df-telecom ef-arr? ef-rma? ef-sume? ef-ice-dn? ef-ice-ff? ef-psismsc? df-graphics? ef-img? ef-iidf?
      ef-ice-graphics? ef-launch-scws? ef-icon? df-phonebook? ef-pbr? ef-ext1? ef-aas? ef-gas? ef-psc? ef-cc?
      ef-puid? ef-iap? ef-adn? ef-pbc? ef-anr? ef-puri? ef-email? ef-sne? ef-uid? ef-grp? ef-ccp1? df-multimedia?
      ef-mml? ef-mmdf? df-mmss? ef-mlpl? ef-mspl? ef-mmssmode? df-mcs? ef-mst? ef-mcs-config? df-v2x? ef-vst?
      ef-v2x-config? ef-v2xp-pc5? ef-v2xp-Uu?`,
  },
  usim: {
    tag: 0xb3,
    files: `
      adf-usim ef-imsi ef-arr ef-keys? ef-keysPS? ef-hpplmn? ef-ust ef-fdn? ef-sms? ef-smsp? ef-smss? ef-spn
      ef-est ef-start-hfn? ef-threshold? ef-psloci? ef-acc ef-fplmn? ef-loci? ef-ad? ef-ecc ef-netpar? ef-epsloci?
      ef-epsnsc?`,
  },
  'opt-usim': {
    tag: 0xb4,
    files: `
      ef-li? ef-acmax? ef-acm? ef-gid1? ef-gid2? ef-msisdn? ef-puct? ef-cbmi? ef-cbmid? ef-sdn? ef-ext2? ef-ext3?
      ef-cbmir? ef-plmnwact? ef-oplmnwact? ef-hplmnwact? ef-dck? ef-cnl? ef-smsr? ef-bdn? ef-ext5? ef-ccp2?
      ef-ext4? ef-acl? ef-cmi? ef-ici? ef-oci? ef-ict? ef-oct? ef-vgcs? ef-vgcss? ef-vbs? ef-vbss? ef-emlpp?
      ef-aaem? ef-hiddenkey? ef-pnn? ef-opl? ef-mbdn? ef-ext6? ef-mbi? ef-mwis? ef-cfis? ef-ext7? ef-spdi?
      ef-mmsn? ef-ext8? ef-mmsicp? ef-mmsup? ef-mmsucp? ef-nia? ef-vgcsca? ef-vbsca? ef-gbabp? ef-msk? ef-muk?
      ef-ehplmn? ef-gbanl? ef-ehplmnpi? ef-lrplmnsi? ef-nafkca? ef-spni? ef-pnni? ef-ncp-ip? ef-ufc? ef-nasconfig?
      ef-uicciari? ef-pws? ef-fdnuri? ef-bdnuri? ef-sdnuri? ef-ial? ef-ips? ef-ipd? ef-epdgid? ef-epdgselection?
      ef-epdgidem? ef-epdgselectionem? ef-frompreferred? ef-imsconfigdata? ef-3gpppsdataoff?
      ef-3gpppsdataoffservicelist? ef-xcapconfigdata? ef-earfcnlist? ef-mudmidconfigdata? ef-eaka?`,
  },
  isim: {
    tag: 0xb5,
    files: `
      adf-isim ef-impi ef-impu ef-domain ef-ist ef-ad? ef-arr`,
  },
  'opt-isim': {
    tag: 0xb6,
    files: `
      ef-pcscf? ef-sms? ef-smsp? ef-smss? ef-smsr? ef-gbabp? ef-gbanl? ef-nafkca? ef-uicciari? ef-frompreferred?
      ef-imsconfigdata? ef-xcapconfigdata? ef-webrtcuri? ef-mudmidconfigdata?`,
  },
  phonebook: {
    tag: 0xb7,
    files: `
      df-phonebook ef-pbr? ef-ext1? ef-aas? ef-gas? ef-psc? ef-cc? ef-puid? ef-iap? ef-adn? ef-pbc? ef-anr?
      ef-puri? ef-email? ef-sne? ef-uid? ef-grp? ef-ccp1?`,
  },
  'gsm-access': {
    tag: 0xb8,
    files: `
      df-gsm-access ef-kc? ef-kcgprs? ef-cpbcch? ef-invscan?`,
  },
  csim: {
    tag: 0xb9,
    files: `
      adf-csim ef-arr ef-call-count ef-imsi-m ef-imsi-t ef-tmsi ef-ah ef-aop ef-aloc ef-cdmahome ef-znregi
      ef-snregi ef-distregi ef-accolc ef-term ef-acp ef-prl ef-ruimid ef-csim-st ef-spc ef-otapaspc ef-namlock
      ef-ota ef-sp ef-esn-meid-me ef-li ef-usgind ef-ad ef-max-prl ef-spcs ef-mecrp ef-home-tag ef-group-tag
      ef-specific-tag ef-call-prompt`,
  },
  'opt-csim': {
    tag: 0xba,
    files: `
      ef-ssci? ef-fdn? ef-sms? ef-smsp? ef-smss? ef-ssfc? ef-spn? ef-mdn? ef-ecc? ef-me3gpdopc? ef-3gpdopm?
      ef-sipcap? ef-mipcap? ef-sipupp? ef-mipupp? ef-sipsp? ef-mipsp? ef-sippapss? ef-puzl? ef-maxpuzl?
      ef-hrpdcap? ef-hrpdupp? ef-csspr? ef-atc? ef-eprl? ef-bcsmscfg? ef-bcsmspref? ef-bcsmstable? ef-bcsmsp?
      ef-bakpara? ef-upbakpara? ef-mmsn? ef-ext8? ef-mmsicp? ef-mmsup? ef-mmsucp? ef-auth-capability? ef-3gcik?
      ef-dck? ef-gid1? ef-gid2? ef-cdmacnl? ef-sf-euimid? ef-est? ef-hidden-key? ef-lcsver? ef-lcscp? ef-sdn?
      ef-ext2? ef-ext3? ef-ici? ef-oci? ef-ext5? ef-ccp2? ef-applabels? ef-model? ef-rc? ef-smscap? ef-mipflags?
      ef-3gpduppext? ef-ipv6cap? ef-tcpconfig? ef-dgc? ef-wapbrowsercp? ef-wapbrowserbm? ef-mmsconfig? ef-jdl?`,
  },
  eap: {
    tag: 0xbb,
    files: `
      df-eap ef-eapkeys? ef-eapstatus ef-puid? ef-ps? ef-curid? ef-reid? ef-realm?`,
  },
  'df-5gs': {
    tag: 0xbc,
    files: `
      df-df-5gs ef-5gs3gpploci? ef-5gsn3gpploci? ef-5gs3gppnsc? ef-5gsn3gppnsc? ef-5gauthkeys? ef-uac-aic?
      ef-suci-calc-info? ef-opl5g? ef-supinai? ef-routing-indicator? ef-ursp? ef-tn3gppsnn? ef-cag? ef-sor-cmci?
      ef-dri? ef-5gsedrx? ef-5gnswo-conf? ef-mchpplmn? ef-kausf-derivation?`,
  },
  'df-saip': {
    tag: 0xbd,
    files: `
      df-df-saip ef-suci-calc-info-usim?`,
  },
  'df-snpn': {
    tag: 0xbe,
    files: `
      df-df-snpn ef-pws-snpn?`,
  },
  'df-5gprose': {
    tag: 0xbf1f,
    files: `
      df-df-5g-prose ef-5g-prose-st? ef-5g-prose-dd? ef-5g-prose-dc? ef-5g-prose-u2nru? ef-5g-prose-ru?
      ef-5g-prose-uir?`,
  },
  iot: {
    tag: 0xbf20,
    files: `
      mf? ef-pl? ef-iccid? ef-dir? ef-arr? ef-umpc? adf-usim? ef-imsi ef-arr-usim? ef-keys? ef-keysPS? ef-hpplmn?
      ef-ust? ef-start-hfn? ef-threshold? ef-psloci? ef-acc ef-fplmn? ef-loci? ef-ad? ef-ecc? ef-netpar?`,
  },
  'opt-iot': {
    tag: 0xbf21,
    files: `
      ef-fdn? ef-sms? ef-smsp? ef-smss? ef-spn? ef-est? ef-oplmnwact? ef-hplmnwact? ef-ehplmn? ef-epsloci?
      ef-epsnsc? df-df-5gs? ef-5gs3gpploci? ef-5gsn3gpploci? ef-5gs3gppnsc? ef-5gsn3gppnsc? ef-5gauthkeys?
      ef-uac-aic? ef-suci-calc-info? ef-opl5g? ef-supi-nai? ef-routing-indicator? ef-ursp? ef-tn3gppsnn?
      df-df-saip? ef-suci-calc-info-usim?`,
  },
} as const;

/** Types of the elements that make files from templates. */
export type FileElementType = keyof typeof DECLARATIONS;

/** What such an element holds: the object identifier of its template, and the files that differ from it. */
export interface FileElementBody {
  readonly identification: number;
  readonly mandated: boolean;
  readonly templateId: string;
  /** by the name the ASN.1 has for the file (`ef-imsi`), in the order of the element */
  readonly files: ReadonlyMap<string, readonly FileCommand[]>;
}

/** What such an element is encoded from; the order of the files does not matter. */
export interface FileElementInput {
  readonly identification: number;
  readonly mandated?: boolean;
  readonly templateId: string;
  readonly files: ReadonlyMap<string, readonly FileCommandInput[]>;
}

type Members = Record<string, ReturnType<typeof fileSchema> | { readonly optional: ReturnType<typeof fileSchema> }>;

/** One of the elements above. */
class FileElementSchema extends Schema<FileElementBody, FileElementInput> {
  readonly tags: readonly [number];
  /** names of the files in the order of their tags */
  readonly files: readonly { readonly name: string; readonly optional: boolean }[];
  private readonly names: ReadonlySet<string>;
  private readonly sequence: SequenceSchema<{
    readonly header: typeof PeHeaderSchema;
    readonly templateId: ReturnType<typeof objectIdentifier>;
  }>;

  constructor(tag: number, declaration: string) {
    super();
    this.tags = [tag];
    this.files = declaration
      .trim()
      .split(/\s+/)
      .map((word) => ({ name: word.replace('?', ''), optional: word.endsWith('?') }));
    this.names = new Set(this.files.map(({ name }) => name));
    const members: Members = {};
    this.files.forEach((file, i) => {
      const schema = fileSchema(constructedTag(i + 2));
      members[file.name] = file.optional ? optional(schema) : schema;
    });
    this.sequence = sequence(tag, { header: PeHeaderSchema, templateId: objectIdentifier(0x81), ...members });
  }

  read(tlv: Tlv): FileElementBody {
    const { header, templateId, raw: _, extensions: __, ...files } = this.sequence.read(tlv);
    return {
      identification: header.identification,
      mandated: header.mandated !== undefined,
      templateId,
      files: new Map(Object.entries(files as Record<string, readonly FileCommand[]>)),
    };
  }

  encode({ identification, mandated, templateId, files }: FileElementInput): Uint8Array {
    for (const name of files.keys()) {
      if (!this.names.has(name)) throw new TypeError(`the element has no file called ${name}`);
    }
    const header = mandated ? { mandated: null, identification } : { identification };
    return this.sequence.encode({ header, templateId, ...Object.fromEntries(files) });
  }
}

/** Schemas of the elements that make files from templates, by type. */
export const FILE_ELEMENTS = Object.fromEntries(
  Object.entries(DECLARATIONS).map(([type, { tag, files }]) => [type, new FileElementSchema(tag, files)]),
) as Record<FileElementType, FileElementSchema>;

/** Whether elements of this type make files from a template. */
export function isFileElementType(type: string): type is FileElementType {
  return Object.hasOwn(DECLARATIONS, type);
}
