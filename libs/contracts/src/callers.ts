/**
 * Who may call what. The role of a caller comes from how it is connected:
 *
 * - `terminal`: TLS without a client certificate; any terminal, known to be one only by what it signs;
 * - `local`: the user's own programs, over the socket file of the terminal's daemon;
 * - `management`, `authentication`, `relay`, `operator`: mutual TLS, from the URI SAN
 *   `spiffe://tegata.example/<role>/<name>`.
 */
export const roles = ['terminal', 'local', 'management', 'authentication', 'relay', 'operator'] as const;

/** Role of a caller. */
export type Role = (typeof roles)[number];

const everyone = roles;
const terminals = ['terminal'] as const;
const localUser = ['local'] as const;
const managements = ['management'] as const;
const relays = ['relay'] as const;
const operators = ['operator'] as const;

/** Full method path to the roles that may call it. A method that is not listed is refused to everyone. */
export const callers: Readonly<Record<string, readonly Role[]>> = {
  // Every server
  '/grpc.health.v1.Health/Check': everyone,
  '/grpc.health.v1.Health/List': everyone,
  '/grpc.health.v1.Health/Watch': everyone,
  '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo': everyone,
  '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo': everyone,
  '/tegata.operations.v1.Operations/GetCallCounts': operators,
  '/tegata.operations.v1.Operations/GetFlow': operators,

  // SM-DP+ (management), and the relay that carries ES9+ to it
  '/gsma.rsp.v2.Es9Plus/InitiateAuthentication': ['terminal', 'relay'],
  '/gsma.rsp.v2.Es9Plus/AuthenticateClient': ['terminal', 'relay'],
  '/gsma.rsp.v2.Es9Plus/GetBoundProfilePackage': ['terminal', 'relay'],
  '/gsma.rsp.v2.Es9Plus/HandleNotification': ['terminal', 'relay'],
  '/gsma.rsp.v2.Es9Plus/CancelSession': ['terminal', 'relay'],
  '/gsma.rsp.v2.Es2Plus/DownloadOrder': operators,
  '/gsma.rsp.v2.Es2Plus/ConfirmOrder': operators,
  '/gsma.rsp.v2.Es2Plus/CancelOrder': operators,
  '/gsma.rsp.v2.Es2Plus/ReleaseProfile': operators,

  // Contract desk, subscriptions and network of a carrier (management)
  '/tegata.management.v1.ContractDesk/GetCarrierInformation': terminals,
  '/tegata.management.v1.ContractDesk/ApplyForContract': terminals,
  '/tegata.management.v1.ContractDesk/SubmitContractInformation': terminals,
  '/tegata.management.v1.ContractDesk/SubmitIdPhoto': terminals,
  '/tegata.management.v1.ContractDesk/BeginCapture': terminals,
  '/tegata.management.v1.ContractDesk/SubmitCapture': terminals,
  '/tegata.management.v1.ContractDesk/GetContract': terminals,
  '/tegata.management.v1.ContractDesk/WatchContract': terminals,
  '/tegata.management.v1.ContractDesk/ReportSteps': terminals,
  '/tegata.management.v1.ContractDesk/CancelContract': terminals,
  '/tegata.management.v1.NetworkAccess/RequestAuthentication': terminals,
  '/tegata.management.v1.NetworkAccess/ConfirmAuthentication': terminals,
  '/tegata.management.v1.NetworkAccess/Resynchronise': terminals,
  '/tegata.management.v1.Subscriptions/CreateSubscription': operators,
  '/tegata.management.v1.Subscriptions/ListSubscriptions': operators,
  '/tegata.management.v1.Subscriptions/SetSubscriptionActive': operators,
  '/tegata.management.v1.Subscriptions/ListContracts': operators,
  '/tegata.management.v1.ProfileOrders/ImportProfiles': operators,
  '/tegata.management.v1.ProfileOrders/CheckProfiles': operators,
  '/tegata.management.v1.ProfileOrders/PrepareOrders': operators,
  '/tegata.management.v1.ProfileOrders/GetOrder': operators,
  '/tegata.management.v1.ProfileOrders/ListOrders': operators,
  '/tegata.management.v1.ProfileOrders/ExpireOrder': operators,
  '/tegata.management.v1.ProfileOrders/ExportProfiles': operators,
  '/tegata.management.v1.ProfileOrders/GetProfileCodes': operators,
  '/tegata.management.v1.ProfileOrders/ListNotifications': operators,

  // Identity verification and identity certificates (authentication)
  '/tegata.authentication.v1.IdentityVerification/StartVerification': managements,
  '/tegata.authentication.v1.IdentityVerification/SubmitIdPhoto': managements,
  '/tegata.authentication.v1.IdentityVerification/BeginCapture': managements,
  '/tegata.authentication.v1.IdentityVerification/SubmitCapture': managements,
  '/tegata.authentication.v1.IdentityVerification/GetVerification': managements,
  '/tegata.authentication.v1.IdentityVerification/WithdrawVerification': managements,
  '/tegata.authentication.v1.IdentityReviews/ListReviews': operators,
  '/tegata.authentication.v1.IdentityReviews/ClaimReview': operators,
  '/tegata.authentication.v1.IdentityReviews/DecideReview': operators,
  '/tegata.authentication.v1.IdentityCertificates/GetCertificate': relays,
  '/tegata.authentication.v1.IdentityCertificates/GetCertificateStatusList': ['management', 'operator'],
  '/tegata.authentication.v1.IdentityCertificates/ListCertificates': operators,
  '/tegata.authentication.v1.IdentityCertificates/RevokeCertificate': operators,

  // SM-DS and acquisition (relay)
  '/gsma.rsp.v2.Es11/InitiateAuthentication': terminals,
  '/gsma.rsp.v2.Es11/AuthenticateClient': terminals,
  '/gsma.rsp.v2.Es12/RegisterEvent': ['management', 'relay'],
  '/gsma.rsp.v2.Es12/DeleteEvent': ['management', 'relay'],
  '/tegata.relay.v1.Acquisition/Acquire': terminals,
  '/tegata.relay.v1.Acquisition/Watch': terminals,
  '/tegata.relay.v1.Registration/RegisterAcquisition': managements,
  '/tegata.relay.v1.Directory/ListRspServers': everyone,

  // eUICC and terminal daemon
  '/gsma.rsp.v2.Es10a/GetEuiccConfiguredAddresses': localUser,
  '/gsma.rsp.v2.Es10a/SetDefaultDpAddress': localUser,
  '/gsma.rsp.v2.Es10b/GetEuiccInfo1': localUser,
  '/gsma.rsp.v2.Es10b/GetEuiccInfo2': localUser,
  '/gsma.rsp.v2.Es10b/GetEuiccChallenge': localUser,
  '/gsma.rsp.v2.Es10b/AuthenticateServer': localUser,
  '/gsma.rsp.v2.Es10b/PrepareDownload': localUser,
  '/gsma.rsp.v2.Es10b/LoadBoundProfilePackage': localUser,
  '/gsma.rsp.v2.Es10b/CancelSession': localUser,
  '/gsma.rsp.v2.Es10b/ListNotification': localUser,
  '/gsma.rsp.v2.Es10b/RetrieveNotificationsList': localUser,
  '/gsma.rsp.v2.Es10b/RemoveNotificationFromList': localUser,
  '/gsma.rsp.v2.Es10b/LoadCrl': localUser,
  '/gsma.rsp.v2.Es10b/GetRat': localUser,
  '/gsma.rsp.v2.Es10c/GetProfilesInfo': localUser,
  '/gsma.rsp.v2.Es10c/GetProfileInfoList': localUser,
  '/gsma.rsp.v2.Es10c/EnableProfile': localUser,
  '/gsma.rsp.v2.Es10c/DisableProfile': localUser,
  '/gsma.rsp.v2.Es10c/DeleteProfile': localUser,
  '/gsma.rsp.v2.Es10c/EuiccMemoryReset': localUser,
  '/gsma.rsp.v2.Es10c/GetEid': localUser,
  '/gsma.rsp.v2.Es10c/SetNickname': localUser,
  '/gsma.rsp.v2.Apdu/Transmit': localUser,
  '/gsma.rsp.v2.Apdu/Reset': localUser,
  '/tegata.euicc.v1.LocalAuthentication/GetStatus': localUser,
  '/tegata.euicc.v1.LocalAuthentication/RegisterPassword': localUser,
  '/tegata.euicc.v1.LocalAuthentication/Authenticate': localUser,
  '/tegata.euicc.v1.LocalAuthentication/VerifyPassword': localUser,
  '/tegata.euicc.v1.LocalAuthentication/UnlockWithResetCode': localUser,
  '/tegata.euicc.v1.LocalAuthentication/SignCapture': localUser,
  '/tegata.euicc.v1.LocalAuthentication/SignTransfer': localUser,
  '/tegata.euicc.v1.LocalAuthentication/ResetMemory': localUser,
  '/tegata.euicc.v1.Applications/ListApplications': localUser,
  '/tegata.euicc.v1.CertificateStore/StoreCertificate': localUser,
  '/tegata.euicc.v1.CertificateStore/GetCertificateStatus': localUser,
  '/tegata.euicc.v1.CertificateStore/ReleaseCertificate': localUser,
  '/tegata.terminal.v1.LocalUser/GetLocalAuthentication': localUser,
  '/tegata.terminal.v1.LocalUser/RegisterLocalAuthentication': localUser,
  '/tegata.terminal.v1.LocalUser/VerifyLocalAuthentication': localUser,
  '/tegata.terminal.v1.LocalUser/UnlockLocalAuthentication': localUser,
  '/tegata.terminal.v1.Contracts/Apply': localUser,
  '/tegata.terminal.v1.Contracts/Resume': localUser,
  '/tegata.terminal.v1.Contracts/Cancel': localUser,
  '/tegata.terminal.v1.Contracts/ReportScreen': localUser,
  '/tegata.terminal.v1.Contracts/List': localUser,
  '/tegata.terminal.v1.Contracts/Get': localUser,
  '/tegata.terminal.v1.Lpa/ProcessNotifications': localUser,
  '/tegata.terminal.v1.Lpa/ShowCertificate': localUser,
  '/tegata.terminal.v1.Lpa/TransferCertificate': localUser,
  '/tegata.terminal.v1.Lpa/Attach': localUser,
  '/tegata.terminal.v1.Lpa/Download': localUser,
  '/tegata.terminal.v1.Lpa/Discover': localUser,
  '/tegata.terminal.v1.Lpa/GetDiscovery': localUser,
  '/tegata.terminal.v1.Lpa/SetDiscovery': localUser,
  '/tegata.terminal.v1.Lpa/GetEuicc': localUser,
};
