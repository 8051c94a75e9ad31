; Inno Setup 6: an installer for one user, without administrator rights. Not run by the project's
; Linux CI; .github/workflows/build.yml runs it on Windows:
;   iscc /DVersion=0.1.0 packaging\windows\authenticator.iss
#ifndef Version
  #error "say /DVersion=..., as in authenticator/__init__.py"
#endif

[Setup]
AppId={{7B1B8E0C-5B61-4C0B-9C2C-6C0A9B5B3C11}
AppName=Authenticator
AppVersion={#Version}
AppPublisher=The Authenticator project
DefaultDirName={autopf}\Authenticator
DefaultGroupName=Authenticator
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
OutputDir=..\..\dist
OutputBaseFilename=authenticator-{#Version}-windows-x64-setup
SetupIconFile=..\..\build\pyinstaller\build\icons\authenticator.ico
UninstallDisplayIcon={app}\authenticator-gui.exe
LicenseFile=..\..\LICENSE
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
; A window that is open is asked to close, so that an update replaces all of its files.
CloseApplications=yes
ChangesAssociations=yes
ChangesEnvironment=yes

[Tasks]
Name: "links"; Description: "Open otpauth:// and motp:// links with Authenticator"
Name: "path"; Description: "Add the command 'authenticator' to PATH"; Flags: unchecked

[InstallDelete]
; What only the old version had must not be loaded by the new one. Accounts are elsewhere.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\..\dist\authenticator\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{autoprograms}\Authenticator"; Filename: "{app}\authenticator-gui.exe"

[Registry]
Root: HKA; Subkey: "Software\Classes\otpauth"; ValueType: string; ValueData: "URL:otpauth"; Flags: uninsdeletekey; Tasks: links
Root: HKA; Subkey: "Software\Classes\otpauth"; ValueName: "URL Protocol"; ValueType: string; ValueData: ""; Tasks: links
Root: HKA; Subkey: "Software\Classes\otpauth\shell\open\command"; ValueType: string; ValueData: """{app}\authenticator-gui.exe"" ""%1"""; Tasks: links
Root: HKA; Subkey: "Software\Classes\otpauth-migration"; ValueType: string; ValueData: "URL:otpauth-migration"; Flags: uninsdeletekey; Tasks: links
Root: HKA; Subkey: "Software\Classes\otpauth-migration"; ValueName: "URL Protocol"; ValueType: string; ValueData: ""; Tasks: links
Root: HKA; Subkey: "Software\Classes\otpauth-migration\shell\open\command"; ValueType: string; ValueData: """{app}\authenticator-gui.exe"" ""%1"""; Tasks: links
Root: HKA; Subkey: "Software\Classes\motp"; ValueType: string; ValueData: "URL:motp"; Flags: uninsdeletekey; Tasks: links
Root: HKA; Subkey: "Software\Classes\motp"; ValueName: "URL Protocol"; ValueType: string; ValueData: ""; Tasks: links
Root: HKA; Subkey: "Software\Classes\motp\shell\open\command"; ValueType: string; ValueData: """{app}\authenticator-gui.exe"" ""%1"""; Tasks: links
Root: HKCU; Subkey: "Environment"; ValueName: "Path"; ValueType: expandsz; ValueData: "{olddata};{app}"; Tasks: path; Check: NotOnPath

[Run]
Filename: "{app}\authenticator-gui.exe"; Description: "Start Authenticator"; Flags: nowait postinstall skipifsilent

[Code]
function NotOnPath: Boolean;
var
  Path: string;
begin
  Result := not RegQueryStringValue(HKCU, 'Environment', 'Path', Path)
    or (Pos(';' + Uppercase(ExpandConstant('{app}')) + ';', ';' + Uppercase(Path) + ';') = 0);
end;

procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  Path, Mine: string;
  Place: Integer;
begin
  if (Step <> usPostUninstall) or not RegQueryStringValue(HKCU, 'Environment', 'Path', Path) then
    exit;
  Mine := ';' + ExpandConstant('{app}');
  Place := Pos(Uppercase(Mine), Uppercase(Path));
  if Place > 0 then
  begin
    Delete(Path, Place, Length(Mine));
    RegWriteExpandStringValue(HKCU, 'Environment', 'Path', Path);
  end;
end;
