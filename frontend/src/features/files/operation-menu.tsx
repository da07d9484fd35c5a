import { Button, Menu } from '@mantine/core';
import {
  IconArrowsSplit2,
  IconChevronDown,
  IconColumns,
  IconDice5,
  IconFilter,
  IconGitMerge,
  IconSparkles,
} from '@tabler/icons-react';
import { useState, type ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { AugmentForm } from '@/features/files/augment-form';
import { FilterForm } from '@/features/files/filter-form';
import { MergeForm } from '@/features/files/merge-form';
import type { OperationFormProps, OperationSource } from '@/features/files/operation-form';
import { SampleForm } from '@/features/files/sample-form';
import { SplitForm } from '@/features/files/split-form';
import { useFileSearch } from '@/features/files/use-file-search';
import { Dialog } from '@/components/ui/dialog';
import { GuardedButton } from '@/components/ui/guard';
import { useCan } from '@/lib/permissions';

const OPERATIONS = ['split', 'sample', 'filter', 'merge', 'augment'] as const;
type OperationName = (typeof OPERATIONS)[number];

const FORMS: Record<OperationName, { Form: ComponentType<OperationFormProps>; Icon: typeof IconFilter }> = {
  split: { Form: SplitForm, Icon: IconArrowsSplit2 },
  sample: { Form: SampleForm, Icon: IconDice5 },
  filter: { Form: FilterForm, Icon: IconFilter },
  merge: { Form: MergeForm, Icon: IconGitMerge },
  augment: { Form: AugmentForm, Icon: IconSparkles },
};

/** What can be made of a version: each makes a new one, and this one stays. */
export function OperationMenu({ source }: { source: OperationSource }) {
  const { t } = useTranslation();
  const { show } = useFileSearch();
  const [chosen, setChosen] = useState<OperationName | null>(null);
  const close = () => setChosen(null);
  const Form = chosen && FORMS[chosen].Form;
  if (!useCan('file.write')) {
    return <GuardedButton action="file.write">{t('operations.new')}</GuardedButton>;
  }
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={14} aria-hidden="true" />}>
            {t('operations.new')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {OPERATIONS.map((name) => {
            const { Icon } = FORMS[name];
            return (
              <Menu.Item
                key={name}
                leftSection={<Icon size={16} aria-hidden="true" />}
                onClick={() => setChosen(name)}
              >
                {t(`operations.${name}`)}
              </Menu.Item>
            );
          })}
          <Menu.Item
            leftSection={<IconColumns size={16} aria-hidden="true" />}
            onClick={() => show({ view: 'columns' })}
          >
            {t('operations.map')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Dialog title={chosen ? t(`operations.${chosen}`) : ''} isOpen={chosen !== null} onClose={close}>
        {Form && <Form source={source} onClose={close} />}
      </Dialog>
    </>
  );
}
