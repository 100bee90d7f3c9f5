/**
 * A group of the test specification (SGP.23 v1): its section, the function it is about, and what the ids of its tests begin with;
 * where the ids are not known, what the names of our suites begin with, up to a comma.
 */
export interface TestGroup {
  readonly section: string;
  readonly title: string;
  readonly id: string;
}

const group = (section: string, title: string, id: string): TestGroup => ({ section, title, id });

/** Groups of interfaces and behaviour, in the order of the sections; `5.2` and so on are behaviour of the whole. */
export const testGroups: readonly TestGroup[] = [
  group('4.2.1', 'ATR and selection of the ISD-R', 'TC_eUICC_ATR_And_ISDR_Selection'),
  group('4.2.2', 'ES6.UpdateMetadata', 'TC_eUICC_ES6.UpdateMetadata'),
  group('4.2.3', 'ES8+.InitialiseSecureChannel', 'TC_eUICC_ES8+.InitialiseSecureChannel'),
  group('4.2.4', 'ES8+.ConfigureISDP', 'TC_eUICC_ES8+.ConfigureISDP'),
  group('4.2.5', 'ES8+.StoreMetadata', 'TC_eUICC_ES8+.StoreMetadata'),
  group('4.2.6', 'ES8+.ReplaceSessionKeys', 'TC_eUICC_ES8+.ReplaceSessionKeys'),
  group('4.2.7', 'ES8+.LoadProfileElements', 'TC_eUICC_ES8+.LoadProfileElements'),
  group('4.2.8', 'ES10a.GetEuiccConfiguredAddresses', 'TC_eUICC_ES10a.GetEuiccConfiguredAddresses'),
  group('4.2.9', 'ES10a.SetDefaultDpAddress', 'TC_eUICC_ES10a.SetDefaultDpAddress'),
  group('4.2.10', 'ES10b.PrepareDownload', 'TC_eUICC_ES10b.PrepareDownload'),
  group('4.2.11', 'ES10b.LoadBoundProfilePackage', 'TC_eUICC_ES10b.LoadBoundProfilePackage'),
  group('4.2.12', 'ES10b.GetEUICCChallenge', 'TC_eUICC_ES10b.GetEUICCChallenge'),
  group('4.2.13', 'ES10b.GetEUICCInfo', 'TC_eUICC_ES10b.GetEUICCInfo'),
  group('4.2.14', 'ES10b.ListNotification', 'TC_eUICC_ES10b.ListNotification'),
  group('4.2.15', 'ES10b.RetrieveNotificationsList', 'TC_eUICC_ES10b.RetrieveNotificationsList'),
  group('4.2.16', 'ES10b.RemoveNotificationFromList', 'TC_eUICC_ES10b.RemoveNotificationFromList'),
  group('4.2.17', 'ES10b.LoadCRL', 'TC_eUICC_ES10b.LoadCRL'),
  group('4.2.18', 'ES10b.AuthenticateServer', 'TC_eUICC_ES10b.AuthenticateServer'),
  group('4.2.19', 'ES10b.CancelSession', 'TC_eUICC_ES10b.CancelSession'),
  group('4.2.20', 'ES10c.GetProfilesInfo', 'TC_eUICC_ES10c.GetProfilesInfo'),
  group('4.2.21', 'ES10c.EnableProfile', 'TC_eUICC_ES10c.EnableProfile'),
  group('4.2.22', 'ES10c.DisableProfile', 'TC_eUICC_ES10c.DisableProfile'),
  group('4.2.23', 'ES10c.DeleteProfile', 'TC_eUICC_ES10c.DeleteProfile'),
  group('4.2.24', 'ES10c.eUICCMemoryReset', 'TC_eUICC_ES10c.eUICCMemoryReset'),
  group('4.2.25', 'ES10c.GetEID', 'TC_eUICC_ES10c.GetEID'),
  group('4.2.26', 'ES10c.SetNickname', 'TC_eUICC_ES10c.SetNickname'),
  group('4.2.27', 'ES10b.GetRAT', 'TC_eUICC_ES10b.GetRAT'),
  group('4.3.1', 'ES2+.DownloadOrder', 'TC_SM-DP+_ES2+.DownloadOrder'),
  group('4.3.2', 'ES2+.ConfirmOrder', 'TC_SM-DP+_ES2+.ConfirmOrder'),
  group('4.3.3', 'ES2+.CancelOrder', 'TC_SM-DP+_ES2+.CancelOrder'),
  group('4.3.4', 'ES2+.ReleaseProfile', 'TC_SM-DP+_ES2+.ReleaseProfile'),
  group('4.3.5', 'ES2+.HandleDownloadProgressInfo', 'TC_SM-DP+_ES2+.HandleDownloadProgressInfo'),
  group('4.3.6', 'TLS of ES2+', 'TC_SM-DP+_ES2+_TLS'),
  group('4.3.12', 'ES9+.InitiateAuthentication', 'TC_SM-DP+_ES9+.InitiateAuthentication'),
  group('4.3.13', 'ES9+.GetBoundProfilePackage', 'TC_SM-DP+_ES9+.GetBoundProfilePackage'),
  group('4.3.14', 'ES9+.AuthenticateClient', 'TC_SM-DP+_ES9+.AuthenticateClient'),
  group('4.3.15', 'ES9+.HandleNotification', 'TC_SM-DP+_ES9+_HandleNotification'),
  group('4.3.16', 'ES9+.CancelSession', 'TC_SM-DP+_ES9+.CancelSession'),
  group('4.3.17', 'TLS of ES9+', 'TC_SM-DP+_ES9+_Server_Authentication_for_HTTPS_Establishment'),
  group('4.4', 'ES9+, ES10 and ES11 from the side of an LPAd', 'LPAd,'),
  group('4.5', 'ES11.InitiateAuthentication', 'TC_SM_DS_ES11.InitiateAuthentication'),
  group('4.5', 'ES11.AuthenticateClient', 'TC_SM_DS_ES11.AuthenticateClient'),
  group('4.5', 'ES12.RegisterEvent', 'TC_SM_DS_ES12.RegisterEvent'),
  group('4.5', 'ES12.DeleteEvent', 'TC_SM_DS_ES12.DeleteEvent'),
  group('4.5', 'TLS of ES11', 'TC_SM_DS_ES11_TLS'),
  group('4.5', 'TLS of ES12 and ES15', 'TC_SM_DS_ES12_TLS'),
  group('4.5', 'ES15', 'TC_SM_DS_ES15'),
  group('5.2', 'retry of a download', 'TC_eUICC_ProfileDownloadAndInstallation'),
  group('5.2', 'forbidden profile policy rules', 'TC_eUICC_ForbiddenPPRs'),
  group('5.2', 'files of a profile', 'TC_eUICC_FileSystem'),
  group('5.2', 'life cycle of a profile', 'TC_eUICC_ProfileLifeCycle'),
  group('5.4', 'procedures of an LPAd', 'LPAd, procedure'),
];
